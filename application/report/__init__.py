"""The one-file HTML report of a loop: words, tables and drawings, nothing fetched."""
