"""Whether the whole record holds, from its first entry to its head."""

from __future__ import annotations

import streamlit as st

from application.use_cases.audit_head import verify_record
from dashboard.session import Session

HASH_SHOWN = 16


def show_audit(session: Session) -> None:
    """The state of the chain; where it fails, the entry and the fault."""
    t = session.t
    st.subheader(t("State of the record"), anchor=False)
    found = verify_record(session.work)
    if found.broken is not None:
        st.error(
            t(
                "The record does not hold from entry {number} on ({fault}).",
                number=found.broken.sequence,
                fault=found.broken.fault,
            )
        )
    elif found.head is None:
        st.caption(t("The record has no entry yet."))
    else:
        st.success(
            t(
                "{count} entries, the chain holds. Head: {head}",
                count=found.entries,
                head=found.head[:HASH_SHOWN],
            )
        )
        if found.erased:
            st.caption(t("{count} entries were purged; the chain holds.", count=found.erased))
    st.caption(
        t(
            "This finds what was changed; it cannot prevent it. Keep the head elsewhere "
            "(tadbir audit head), for who owns the file can write the whole chain anew."
        )
    )
