"""FHIR R4 in and out: visits, stays and consumption in; plans, orders, the record out."""
