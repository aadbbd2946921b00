"""Codes that both ways of the exchange use, beside those of HL7."""

PLACE_SYSTEM = "urn:tadbir:place"
"""Identifier of a Location that holds the code of the hospital, unit or bed in a GST folder."""

UNIT_KIND_SYSTEM = "urn:tadbir:unit-kind"
"""Type of a ward that holds its kind; HL7 has no role for a step-down unit."""

DIED, ELSEWHERE, LEFT_UNSEEN, HOME = "exp", "other-hcf", "aadvice", "home"
"""Discharge dispositions (terminology.hl7.org, discharge-disposition)."""

FROM_EMERGENCY = "emd"
"""Admit source (terminology.hl7.org, admit-source)."""

PLANNED = "planned"
"""Status of a location at which the patient has not been yet."""
