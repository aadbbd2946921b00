"""The shared language: domain types, units, the calendar of Morocco, table contracts, errors."""
