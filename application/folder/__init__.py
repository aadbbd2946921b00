"""The GST folder: one YAML and a file for each table, read, checked, written back and begun."""
