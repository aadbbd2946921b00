"""Patients at the door: a pseudonym, the sex, an age group and a province; nothing else enters."""

from dataclasses import dataclass
from datetime import date, datetime

from application.fhir.shapes import Json, objects_in, text_in
from governance.pseudonym import SHORTEST_KEY_BYTES, pseudonym
from hospital.errors import GstError, say
from hospital.theatre import AgeGroup, Sex

UNKNOWN_PROVINCE = "unknown"
FIRST_ADULT_YEAR, FIRST_OLDER_YEAR = 15, 65
LONGEST_PROVINCE = 60


@dataclass(frozen=True)
class SiteKey:
    """The secret of a site: without it a pseudonym leads back to nobody.

    Raises:
        GstError: the key is shorter than 16 bytes.
    """

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST_KEY_BYTES:
            raise GstError(
                "short_site_key",
                say("The site key has fewer than {count} bytes.", count=SHORTEST_KEY_BYTES),
            )

    def pseudonym(self, identifier: str) -> str:
        """The same code for the same patient at this site; 96 bits of HMAC-SHA256."""
        return pseudonym(self.secret, "Patient", identifier)


def sex_of(patient: Json) -> Sex | None:
    """The administrative sex, if it is one of the two that beds are reserved for."""
    try:
        return Sex(text_in(patient, "gender"))
    except ValueError:
        return None


def age_group_of(patient: Json, admitted_at: datetime) -> AgeGroup | None:
    """The age group on the day of admission; a birth date may be a year or a month only."""
    parts = text_in(patient, "birthDate").split("-")
    try:
        year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
        born = date(year, month, day)
    except ValueError:
        return None
    day_of_year = (admitted_at.month, admitted_at.day)
    years = admitted_at.year - born.year - (day_of_year < (born.month, born.day))
    if years < 0:
        return None
    if years < FIRST_ADULT_YEAR:
        return AgeGroup.CHILD
    return AgeGroup.ADULT if years < FIRST_OLDER_YEAR else AgeGroup.OLDER


def province_of(patient: Json) -> str:
    """District or state of the first address that has one; streets and towns never enter."""
    for address in objects_in(patient, "address"):
        for name in ("district", "state"):
            province = text_in(address, name)
            if province and province.isprintable() and len(province) <= LONGEST_PROVINCE:
                return province
    return UNKNOWN_PROVINCE
