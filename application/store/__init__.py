"""What is kept: snapshots of the GST, runs and their results, decisions and the audit chain."""
