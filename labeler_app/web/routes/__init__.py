"""HTTP routes of the desk and the downloads; described by /api/openapi.json."""
