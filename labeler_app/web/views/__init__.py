"""Plain values in, drawing out."""
