"""Scripts that measure, each with a table and the peers it compares with."""
