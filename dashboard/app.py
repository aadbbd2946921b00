"""The script that Streamlit runs for every visit and every click."""

from dashboard.shell import draw

draw()
