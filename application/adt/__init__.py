"""Admissions, transfers and discharges as a CSV file: one message a row, as HL7 names them."""
