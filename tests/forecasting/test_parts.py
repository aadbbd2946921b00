"""Parts of a forecast add up to it, whatever they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.parts import additive_parts, multiplicative_parts

pytestmark = pytest.mark.unit

effects = st.floats(-0.6, 0.6)


@given(st.floats(0.5, 7), effects, effects, effects, st.floats(0.9, 1.2))
def test_parts_add_up_to_the_mean(
    level: float, weekly: float, yearly: float, ramadan: float, spread: float
) -> None:
    logs = {
        "trend": np.array([level]),
        "weekly": np.array([weekly]),
        "yearly": np.array([yearly]),
        "ramadan": np.array([ramadan]),
    }
    mean = spread * np.expm1(np.maximum(np.sum(list(logs.values()), axis=0), 0.1))
    for share in (multiplicative_parts, additive_parts):
        assert np.sum(list(share(logs, mean).values()), axis=0) == pytest.approx(mean)


def test_an_effect_has_its_sign_and_its_size() -> None:
    """-12 % on 99 visits and nothing else: 12 visits fewer, one hundredth for log(1 + count)."""
    logs = {"trend": np.log([100.0]), "ramadan": np.log([0.88]), "weekly": np.zeros(1)}
    counts = multiplicative_parts(logs, np.array([87.0]))
    assert counts["ramadan"] == pytest.approx([-12.0])
    assert counts["weekly"] == pytest.approx([0.0])
    assert counts["trend"] == pytest.approx([99.0])


def test_the_order_of_effects_does_not_matter() -> None:
    logs = {"trend": np.log([80.0]), "weekly": np.array([0.2]), "yearly": np.array([-0.1])}
    backwards = dict(reversed(logs.items()))
    mean = np.array([90.0])
    one, other = multiplicative_parts(logs, mean), multiplicative_parts(backwards, mean)
    assert {name: one[name].item() for name in one} == pytest.approx(
        {name: other[name].item() for name in one}
    )
