"""Floor 4: the browser. The only place that may import Streamlit, Starlette or FastAPI."""
