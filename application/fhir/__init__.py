"""FHIR R4 in: encounters, locations and patients become a GST folder without any identifier."""
