"""Load, check and render one kind of item safely."""
