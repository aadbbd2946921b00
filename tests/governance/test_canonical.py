"""One text for one value: RFC 8785, with the figures of its appendix B."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.canonical import canonical_text, figure

pytestmark = pytest.mark.unit

APPENDIX_B = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), APPENDIX_B.items(), ids=APPENDIX_B.values())
def test_figures_are_written_as_the_standard_says(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert figure(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_figure_that_is_read_again_is_the_same(value: float) -> None:
    assert float(figure(value)) == value


def test_keys_follow_their_utf16_units() -> None:
    """The example of section 3.2.3: a face (two units) comes before a later single one."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    text = canonical_text(dict.fromkeys(names, 0))
    assert list(json.loads(text)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(-(2**53), 2**53),
        st.text(max_size=4),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_the_text_means_what_was_said_and_has_one_form(value: object) -> None:
    text = canonical_text(value)
    assert json.loads(text) == value
    assert canonical_text(json.loads(text)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1.5: float("-inf")}, {1, 2}, b"x"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_text({"value": value})


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, {"a": ["\udfff", 1.5]}])
def test_half_a_character_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        canonical_text(value)
