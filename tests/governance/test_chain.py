from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.chain import BrokenChain, ChainEntry, appended, canonical, first_break

pytestmark = pytest.mark.unit

entry_values = st.dictionaries(
    st.text(max_size=5), st.one_of(st.text(max_size=8), st.integers(), st.booleans()), max_size=4
)
histories = st.lists(entry_values, min_size=1, max_size=8)


def chained(history: list[dict[str, object]]) -> list[ChainEntry]:
    chain: list[ChainEntry] = []
    for entry in history:
        chain.append(appended(entry, chain[-1] if chain else None))
    return chain


@given(histories)
def test_a_chain_that_only_grew_holds(history: list[dict[str, object]]) -> None:
    chain = chained(history)
    assert first_break(chain) is None
    assert first_break(chain, head=chain[-1]) is None


@given(histories, st.data())
def test_a_changed_entry_is_found_at_its_place(
    history: list[dict[str, object]], data: st.DataObject
) -> None:
    chain = chained(history)
    place = data.draw(st.integers(0, len(chain) - 1))
    chain[place] = replace(chain[place], text=chain[place].text + " ")
    assert first_break(chain) == BrokenChain(place + 1, "content_changed")


@given(histories, st.data())
def test_a_removed_entry_is_found_where_it_was(
    history: list[dict[str, object]], data: st.DataObject
) -> None:
    chain = chained(history)
    head = chain[-1]
    place = data.draw(st.integers(0, len(chain) - 1))
    del chain[place]
    broken = first_break(chain, head=head)
    assert broken is not None
    assert broken.sequence == place + 1


def test_without_the_exported_head_a_cut_tail_is_not_seen() -> None:
    """Said plainly: the chain alone cannot know what came after its end."""
    chain = chained([{"a": 1}, {"b": 2}])
    assert first_break(chain[:1]) is None
    assert first_break(chain[:1], head=chain[1]) == BrokenChain(2, "tail_cut")


def test_two_entries_that_changed_places_are_found() -> None:
    chain = chained([{"a": 1}, {"b": 2}, {"c": 3}])
    assert first_break([chain[0], chain[2], chain[1]]) == BrokenChain(2, "missing_or_reordered")


def test_a_chain_that_was_written_again_differs_from_its_exported_head() -> None:
    exported = chained([{"a": 1}, {"b": 2}])[-1]
    forged = chained([{"a": 1}, {"b": 3}])
    assert first_break(forged) is None
    assert first_break(forged, head=exported) == BrokenChain(2, "differs_from_exported_head")


def test_the_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'


def test_a_figure_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})
