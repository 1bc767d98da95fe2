"""Pages, one function each; Streamlit calls them."""
