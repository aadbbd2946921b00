"""Charts: a frame in, an Altair chart out. No Streamlit here, and every word is translated."""
