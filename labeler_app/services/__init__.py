"""Floor 3: one module per thing a person does; each call is one use case."""
