"""The contract of the GST folder: which files, which columns, which keys, what refers to what.

The columns of a table are the fields of its row type, so that a column is declared once:
the validator, the templates, the documentation and the domain read the same declaration.
"""

from dataclasses import dataclass, field

from hospital.base import Frozen
from hospital.history import Consumption, ReferralCount, Stay, VisitCount
from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Supplier
from hospital.places import Bed, Hospital, TransferLink, TriagePath, Unit
from hospital.staff import CoverageNeed, Leave, Shift, ShiftRequest, StaffMember, WorkingRule
from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient

IDENTITY_FILE = "gst.yaml"


@dataclass(frozen=True)
class Table:
    """One table of the GST folder.

    ``key`` identifies a row; ``references`` maps a column to the table whose key of the same
    meaning it must exist in; ``is_history`` marks the long tables that stay frames.
    """

    name: str
    row_type: type[Frozen]
    key: tuple[str, ...]
    references: dict[str, str] = field(default_factory=dict, hash=False)
    is_history: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(self.row_type.model_fields)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a file must have; the others may be absent or empty."""
        fields = self.row_type.model_fields
        return tuple(name for name, column in fields.items() if column.is_required())


TABLES: tuple[Table, ...] = (
    Table("hospitals", Hospital, ("hospital",)),
    Table("units", Unit, ("unit",), {"hospital": "hospitals"}),
    Table("beds", Bed, ("bed",), {"unit": "units"}),
    Table(
        "links",
        TransferLink,
        ("origin", "destination"),
        {"origin": "hospitals", "destination": "hospitals"},
    ),
    Table("triage", TriagePath, ("hospital", "triage"), {"hospital": "hospitals"}),
    Table("staff", StaffMember, ("staff",), {"unit": "units"}),
    Table("shifts", Shift, ("shift",)),
    Table(
        "coverage",
        CoverageNeed,
        ("unit", "shift", "skill", "weekday"),
        {"unit": "units", "shift": "shifts"},
    ),
    Table("leave", Leave, ("staff", "first_day"), {"staff": "staff"}),
    Table(
        "requests", ShiftRequest, ("staff", "day", "shift"), {"staff": "staff", "shift": "shifts"}
    ),
    Table("rules", WorkingRule, ("rule",)),
    Table("procedures", Procedure, ("procedure",)),
    Table("surgeons", Surgeon, ("surgeon",), {"hospital": "hospitals"}),
    Table("sessions", TheatreSession, ("session",), {"unit": "units", "surgeon": "surgeons"}),
    Table(
        "waiting_list",
        WaitingPatient,
        ("patient",),
        {"hospital": "hospitals", "procedure": "procedures", "surgeon": "surgeons"},
    ),
    Table("medicines", Medicine, ("medicine",)),
    Table("suppliers", Supplier, ("supplier",)),
    Table(
        "offers",
        Offer,
        ("supplier", "medicine"),
        {"supplier": "suppliers", "medicine": "medicines"},
    ),
    Table(
        "lots",
        Lot,
        ("hospital", "medicine", "lot"),
        {"hospital": "hospitals", "medicine": "medicines"},
    ),
    Table(
        "orders",
        OpenOrder,
        ("hospital", "medicine", "supplier", "due_date"),
        {"hospital": "hospitals", "medicine": "medicines", "supplier": "suppliers"},
    ),
    Table("visits", VisitCount, ("hospital", "hour"), {"hospital": "hospitals"}, is_history=True),
    Table(
        "stays",
        Stay,
        ("patient", "admitted_at"),
        {"unit": "units", "bed": "beds"},
        is_history=True,
    ),
    Table(
        "consumption",
        Consumption,
        ("hospital", "medicine", "week"),
        {"hospital": "hospitals", "medicine": "medicines"},
        is_history=True,
    ),
    Table(
        "referrals",
        ReferralCount,
        ("hospital", "week"),
        {"hospital": "hospitals"},
        is_history=True,
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}


class Col:
    """Column names of the frames that cross package boundaries."""

    HOSPITAL = "hospital"
    UNIT = "unit"
    BED = "bed"
    PATIENT = "patient"
    HOUR = "hour"
    VISITS = "visits"
    ADMITTED_AT = "admitted_at"
    LEFT_AT = "left_at"
    KIND = "kind"
    SEX = "sex"
    AGE_GROUP = "age_group"
    PROVINCE = "province"
    OUTCOME = "outcome"
    MEDICINE = "medicine"
    WEEK = "week"
    UNITS = "units"
    STOCKOUT_DAYS = "stockout_days"
    REFERRALS = "referrals"
    DAY = "day"
    REPLICATION = "replication"
    INDICATOR = "indicator"
    PLACE = "place"
    GROUP = "group"
    VALUE = "value"
    MEAN = "mean"
    P10 = "p10"
    P50 = "p50"
    P90 = "p90"
