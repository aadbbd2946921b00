"""The forty medicines of the demo pharmacies.

International names, strengths and forms are common knowledge; prices, packs and rates of use
are hypotheses, and the GTINs are invented (prefix 611 with a right check digit). No row is
taken from a price list.
"""

from dataclasses import dataclass
from enum import StrEnum

from hospital.pharmacy import Storage, VenClass, gtin_check_digit

GTIN_PREFIX = "611999900"


class DemandPattern(StrEnum):
    """How a medicine is asked for (Syntetos, Boylan and Croston 2005)."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"


@dataclass(frozen=True, slots=True)
class DemoMedicine:
    """A medicine and how the demo uses it.

    ``rate`` is units per bed-day, ``winter_swing`` the amplitude of its yearly season,
    ``intensive_only`` says that only hospitals with intensive care hold it.
    """

    code: str
    inn: str
    strength: str
    form: str
    ven: VenClass
    pattern: DemandPattern
    rate: float
    price_mad: float
    pack_units: int
    shelf_life_days: int = 1095
    winter_swing: float = 0.0
    is_cold: bool = False
    controlled: bool = False
    intensive_only: bool = False

    @property
    def storage(self) -> Storage:
        """Where it is kept."""
        return Storage.COLD if self.is_cold else Storage.AMBIENT


_V, _E, _N = VenClass.VITAL, VenClass.ESSENTIAL, VenClass.NECESSARY
_S, _R = DemandPattern.SMOOTH, DemandPattern.ERRATIC
_I, _L = DemandPattern.INTERMITTENT, DemandPattern.LUMPY
_M = DemoMedicine

MEDICINES = (
    _M("ACICLOVIR-250", "aciclovir", "250 mg", "vial", _E, _L, 0.01, 38.0, 10),
    _M("ADRENALINE-1", "adrenaline", "1 mg/1 ml", "ampoule", _V, _S, 0.06, 4.5, 10, 730),
    _M("ALBUMIN-20", "albumin", "20 % 100 ml", "vial", _E, _R, 0.02, 390.0, 1, is_cold=True),
    _M("AMIKACIN-500", "amikacin", "500 mg", "vial", _E, _R, 0.03, 18.0, 10),
    _M("AMIODARONE-150", "amiodarone", "150 mg/3 ml", "ampoule", _V, _R, 0.02, 9.0, 6),
    _M(
        "AMOXICLAV-1000", "amoxicillin + clavulanic acid", "1 g/200 mg", "vial",
        _E, _S, 0.42, 14.0, 10, 730, 0.35,
    ),
    _M("ATRACURIUM-50", "atracurium", "50 mg/5 ml", "ampoule", _V, _S, 0.03, 24.0, 5, 540,
       is_cold=True),
    _M("ATROPINE-05", "atropine", "0.5 mg/1 ml", "ampoule", _V, _S, 0.05, 3.0, 10),
    _M("BUPIVACAINE-5", "bupivacaine", "0.5 % 20 ml", "vial", _E, _S, 0.04, 22.0, 10),
    _M("CEFAZOLIN-1000", "cefazolin", "1 g", "vial", _E, _S, 0.12, 11.0, 10),
    _M("CEFTRIAXONE-1000", "ceftriaxone", "1 g", "vial", _V, _S, 0.38, 12.5, 10, 1095, 0.30),
    _M("CIPROFLOX-200", "ciprofloxacin", "200 mg/100 ml", "bag", _E, _S, 0.06, 16.0, 10),
    _M("CYCLOPHOS-500", "cyclophosphamide", "500 mg", "vial", _E, _L, 0.004, 55.0, 1, 1095,
       intensive_only=True),
    _M("DEXAMETHASONE-4", "dexamethasone", "4 mg/1 ml", "ampoule", _E, _S, 0.10, 3.2, 10, 1095,
       0.15),
    _M("DIAZEPAM-10", "diazepam", "10 mg/2 ml", "ampoule", _V, _S, 0.03, 2.8, 10,
       controlled=True),
    _M("DIGOXIN-05", "digoxin", "0.5 mg/2 ml", "ampoule", _E, _I, 0.006, 6.5, 5),
    _M("DOBUTAMINE-250", "dobutamine", "250 mg/20 ml", "vial", _V, _R, 0.012, 42.0, 1, 730,
       intensive_only=True),
    _M("ENOXAPARIN-40", "enoxaparin", "4000 IU/0.4 ml", "prefilled syringe", _V, _S, 0.30, 31.0,
       6, 730),
    _M("FENTANYL-05", "fentanyl", "0.5 mg/10 ml", "ampoule", _V, _S, 0.04, 15.0, 10,
       controlled=True),
    _M("FLUCONAZOLE-200", "fluconazole", "200 mg/100 ml", "bag", _N, _I, 0.005, 60.0, 1),
    _M("FUROSEMIDE-20", "furosemide", "20 mg/2 ml", "ampoule", _V, _S, 0.22, 1.9, 10),
    _M("GENTAMICIN-80", "gentamicin", "80 mg/2 ml", "ampoule", _E, _S, 0.11, 3.6, 10),
    _M("GLUCOSE-5", "glucose", "5 % 500 ml", "bag", _E, _S, 0.45, 8.0, 20, 730),
    _M("HEPARIN-25000", "heparin sodium", "25000 IU/5 ml", "vial", _V, _S, 0.04, 28.0, 10),
    _M("HYDROCORT-100", "hydrocortisone", "100 mg", "vial", _V, _S, 0.08, 9.5, 10, 1095, 0.20),
    _M("IMIPENEM-500", "imipenem + cilastatin", "500 mg", "vial", _V, _R, 0.05, 62.0, 10, 730),
    _M("INSULIN-R", "insulin human", "100 IU/ml 10 ml", "vial", _V, _S, 0.05, 45.0, 1, 730,
       is_cold=True),
    _M("KETAMINE-250", "ketamine", "250 mg/5 ml", "ampoule", _V, _S, 0.02, 21.0, 5,
       controlled=True),
    _M("METRONIDAZ-500", "metronidazole", "500 mg/100 ml", "bag", _E, _S, 0.24, 8.5, 20),
    _M("MORPHINE-10", "morphine", "10 mg/1 ml", "ampoule", _V, _R, 0.06, 5.2, 10,
       controlled=True),
    _M("NORADRENALINE-8", "noradrenaline", "8 mg/4 ml", "ampoule", _V, _R, 0.05, 19.0, 10, 540,
       intensive_only=True),
    _M("OMEPRAZOLE-40", "omeprazole", "40 mg", "vial", _N, _S, 0.25, 10.5, 10, 730),
    _M("OXYTOCIN-5", "oxytocin", "5 IU/1 ml", "ampoule", _V, _S, 0.18, 4.0, 10, 730,
       is_cold=True),
    _M("PARACETAMOL-1G", "paracetamol", "1 g/100 ml", "bag", _E, _S, 0.90, 9.0, 12, 730, 0.10),
    _M("PHENOBARB-200", "phenobarbital", "200 mg/4 ml", "ampoule", _E, _I, 0.006, 12.0, 5,
       controlled=True),
    _M("POTASSIUM-10", "potassium chloride", "10 % 10 ml", "ampoule", _V, _S, 0.20, 2.1, 20),
    _M("PROPOFOL-200", "propofol", "200 mg/20 ml", "ampoule", _V, _S, 0.09, 17.0, 5, 730),
    _M("SALBUTAMOL-5", "salbutamol", "5 mg/2.5 ml", "nebuliser dose", _V, _R, 0.14, 3.9, 60, 730,
       0.40),
    _M("TETANUS-IG-250", "tetanus immunoglobulin", "250 IU", "prefilled syringe", _V, _L, 0.008,
       120.0, 1, 730, is_cold=True),
    _M("VANCOMYCIN-500", "vancomycin", "500 mg", "vial", _V, _R, 0.04, 48.0, 10),
)  # fmt: skip


def invented_gtin(number: int) -> str:
    """A GTIN-13 that no company holds here, with the right check digit."""
    digits = f"{GTIN_PREFIX}{number:03d}"
    return f"{digits}{gtin_check_digit(digits)}"
