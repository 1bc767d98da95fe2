"""Floor 2b: the outer world as plain values. Each file is one plug-in, or one kind of place."""
