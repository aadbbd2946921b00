"""The discrete-event twin of wards, intensive care and theatres, and its statistics."""
