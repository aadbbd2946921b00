"""A chart on a page: said in a sentence, drawn once and then kept, and saved as an image."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.session import Session

KEPT_CHARTS = 128
LARGEST_OF_ITS_OWN = ("continuousWidth", "continuousHeight")


def show_chart(session: Session, draw: Callable[..., Any], *facts: object, alt: str) -> None:
    """The chart that ``draw`` makes of these facts in the language of the visit.

    A click draws the page anew, not the chart: it is kept under a hash of all its facts.
    """
    key = _key(draw.__name__, session.language.value, *facts)
    spec = _spec(key, lambda: draw(*facts, session.t))
    st.vega_lite_chart(spec=spec, alt=alt)
    saved = escape(session.t("Save the chart as an image"))
    st.html(
        f'<button type="button" class="tadbir-image" data-image="tadbir-{draw.__name__}.png">'
        f"{saved}</button>"
    )


@st.cache_data(max_entries=KEPT_CHARTS, show_spinner=False)
def _spec(key: str, _draw: Callable[[], Any]) -> dict[str, Any]:
    """The chart in Vega-Lite. What our functions draw is valid: their tests validate it."""
    del key  # the cache goes by it
    spec: dict[str, Any] = _draw().to_dict(validate=False)
    view = spec.get("config", {}).get("view", {})
    for size in LARGEST_OF_ITS_OWN:  # of Altair's theme, where the page gives the width
        view.pop(size, None)
    return spec


def _key(*facts: object) -> str:
    found = sha256()
    for fact in facts:
        found.update(_said(fact))
        found.update(b"\0")
    return found.hexdigest()


def _said(fact: object) -> bytes:
    """All that a fact holds; a frame with its columns, every value and their order."""
    if not isinstance(fact, pd.DataFrame):
        return repr(fact).encode()
    values = pd.util.hash_pandas_object(fact).to_numpy().tobytes()
    return repr([*fact.columns, *map(str, fact.dtypes)]).encode() + values
