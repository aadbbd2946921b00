"""Medicines of the same name, strength and form stand in for each other."""

from types import SimpleNamespace

import pytest

from inventory.order_plan import OrderPlan
from inventory.substitution import compared, propose_substitutions, substitution_groups

pytestmark = pytest.mark.unit

PLAN = OrderPlan(scenarios=100)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 g", "1000 MG"),
        ("0,5 g", "500 mg"),
        ("Paracétamol", "PARACETAMOL"),
        ("500 µg", "0.5 mg"),
        ("5 mg / ml", "5MG/ML"),
        ("poudre  pour solution", "Poudre pour Solution"),
    ],
)
def test_what_reads_the_same_is_the_same(one: str, other: str) -> None:
    assert compared(one) == compared(other)


@pytest.mark.parametrize(("one", "other"), [("1 g", "100 mg"), ("5 mg", "5 ml"), ("1 MU", "1 mg")])
def test_another_strength_is_another_medicine(one: str, other: str) -> None:
    assert compared(one) != compared(other)


def pharmacy(build: SimpleNamespace, form: str = "comprimé", spare: int = 500) -> SimpleNamespace:
    """A is out and 10 a day are asked for; B, the same to a reader, has stock and 1 a day."""
    medicines = (
        build.medicine("A", inn="Amoxicilline", strength="1 g", form="Comprimé"),
        build.medicine("B", inn="AMOXICILLINE", strength="1000 mg", form=form),
    )
    gst = build.small_gst(
        hospitals=(build.hospital("H1"),),
        medicines=medicines,
        offers=(build.offer("A"), build.offer("B")),
        suppliers=(build.supplier(lead_time_cv=0.0, lead_time_days=14.0),),
        lots=(build.lot(spare, 700, medicine="B"),),
    )
    paths = build.steady_forecast(7).sample_paths
    forecasts = build.by_key(
        build.forecast_of(10 * paths, "H1", "A"), build.forecast_of(paths, "H1", "B")
    )
    return SimpleNamespace(gst=gst, forecasts=forecasts)


def test_what_lacks_until_its_delivery_is_issued_from_the_other(build: SimpleNamespace) -> None:
    """140 are lost in 14 days; B spares all but its own 42 days."""
    case = pharmacy(build)
    (found,) = propose_substitutions(case.gst, case.forecasts, PLAN)
    assert (found.medicine, found.substitute, found.units) == ("A", "B", 140)
    case = pharmacy(build, spare=100)
    (found,) = propose_substitutions(case.gst, case.forecasts, PLAN)
    assert (found.lacking_units, found.units) == (140, 58)


def test_another_form_is_no_substitute(build: SimpleNamespace) -> None:
    case = pharmacy(build, form="sirop")
    assert not substitution_groups(case.gst.medicines)
    assert not propose_substitutions(case.gst, case.forecasts, PLAN)


def test_a_medicine_gives_nothing_that_it_needs_itself(build: SimpleNamespace) -> None:
    case = pharmacy(build, spare=42)
    assert not propose_substitutions(case.gst, case.forecasts, PLAN)
