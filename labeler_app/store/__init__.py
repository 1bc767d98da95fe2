"""Floor 2a: facts in a database (SQLite or PostgreSQL) and arrays beside it."""
