"""Data: are the data right, how old are they, and what is kept of persons?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.parts.data_age import show_age
from dashboard.parts.errors import show_or_explain
from dashboard.parts.head import show_head
from dashboard.parts.import_wizard import show_import
from dashboard.parts.privacy import show_privacy
from dashboard.parts.templates import show_templates
from dashboard.session import Session


def draw(session: Session) -> None:
    """Age first, then the way in, the templates and the register; without a group, the way in."""
    t = session.t
    show_head(
        session, t("Data"), t("Are the data right, how old are they, and what is kept of persons?")
    )
    before, after = ((show_age,), (show_privacy,)) if session.gst is not None else ((), ())
    for part in (*before, show_import, show_templates, *after):
        with st.container(border=True):
            show_or_explain(t, partial(part, session))
