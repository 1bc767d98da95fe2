"""Query strategies: each picks the next batch from a window on the pool."""
