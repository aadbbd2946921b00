"""What a person changed is kept as edits that lead from what was proposed to what was decided."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.difference import Edit, Operation, applied, differences, value_at
from hospital.errors import GstError

pytestmark = pytest.mark.unit

documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)

ORDER: dict[str, Any] = {
    "lines": [{"medicine": "AMOX", "packs": 10}, {"medicine": "INSU", "packs": 4}],
    "budget_mad": 5000,
}


@given(documents, documents)
def test_the_edits_lead_from_one_document_to_the_other(before: Any, after: Any) -> None:
    found = applied(before, differences(before, after))
    assert json.dumps(found, sort_keys=True) == json.dumps(after, sort_keys=True)


@given(documents)
def test_nothing_changed_is_no_edit(document: Any) -> None:
    assert differences(document, document) == ()


def test_a_pharmacist_who_orders_two_packs_more_is_kept_with_both_figures() -> None:
    after = {**ORDER, "lines": [{"medicine": "AMOX", "packs": 12}, ORDER["lines"][1]]}
    (edit,) = differences(ORDER, after)
    assert edit == Edit(op=Operation.REPLACE, place="/lines/0/packs", was=10, value=12)
    assert applied(ORDER, (edit,)) == after
    assert ORDER["lines"][0]["packs"] == 10  # what was proposed stays as it was


def test_a_line_that_is_struck_out_is_one_edit_whatever_follows_it() -> None:
    after = {**ORDER, "lines": ORDER["lines"][1:]}
    (edit,) = differences(ORDER, after)
    assert (edit.op, edit.place, edit.was) == (Operation.REMOVE, "/lines/0", ORDER["lines"][0])


def test_an_edit_that_comes_back_from_the_record_still_fits() -> None:
    """The record writes 10.0 as 10: what was proposed still says 10.0."""
    edit = Edit(op=Operation.REPLACE, place="/cost", was=10, value=9.5)
    assert applied({"cost": 10.0}, (edit,)) == {"cost": 9.5}


def test_a_whole_number_is_not_taken_for_a_yes() -> None:
    assert differences({"a": 1}, {"a": True}) != ()


@pytest.mark.parametrize(
    "edit",
    [
        Edit(op=Operation.REPLACE, place="/lines/0/packs", was=11, value=12),
        Edit(op=Operation.REPLACE, place="/lines/9/packs", was=10, value=12),
        Edit(op=Operation.REPLACE, place="/lines/-1/packs", was=4, value=12),
        Edit(op=Operation.REMOVE, place="/nothing", was=None),
        Edit(op=Operation.ADD, place="/lines/7", value={}),
        Edit(op=Operation.ADD, place="/budget_mad/x", value=1),
        Edit(op=Operation.REPLACE, place="lines", was=None, value=1),
        Edit(op=Operation.REPLACE, place="/lines/²", was=None, value=1),
    ],
    ids=lambda edit: edit.place,
)
def test_edits_of_another_document_are_refused(edit: Edit) -> None:
    with pytest.raises(GstError, match="edit_does_not_fit"):
        applied(ORDER, (edit,))


def test_places_with_slashes_and_tildes_are_found() -> None:
    document = {"a/b": {"~": [1, 2]}}
    assert value_at(document, "/a~1b/~0/1") == 2
    with pytest.raises(GstError, match="edit_does_not_fit"):
        value_at(document, "/a/b")
