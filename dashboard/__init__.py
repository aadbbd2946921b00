"""The Streamlit dashboard: views, charts, languages."""
