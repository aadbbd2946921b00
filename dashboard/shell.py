"""The frame around every page: language, navigation, the current job, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from application.language import Language
from dashboard.parts.empty import show_empty
from dashboard.parts.errors import show_error
from dashboard.parts.job_panel import show_job
from dashboard.parts.looks import apply_looks
from dashboard.session import CHOSEN_LANGUAGE, Session, here, write_address
from dashboard.views import (
    beds,
    comparison,
    data,
    decisions,
    explore,
    forecasts,
    guide,
    models,
    overview,
    pharmacy,
    roster,
    territory,
    theatre,
)
from dashboard.wording import LANGUAGE_NAMES
from hospital.errors import GstError, Sentence, say

FAVICON = "🏥"  # an emoji: a named icon would be fetched from another host
LOGO = Path(__file__).with_name("logo.svg")


@dataclass(frozen=True)
class View:
    """One page: its name in the address, its title, its icon, what draws it, and from what."""

    name: str
    title: Sentence
    icon: str
    draw: Callable[[Session], None]
    needs_gst: bool = True


SECTIONS: dict[Sentence, tuple[View, ...]] = {
    say("Steering"): (
        View("overview", say("Overview"), ":material/dashboard:", overview.draw),
        View("forecasts", say("Forecasts"), ":material/show_chart:", forecasts.draw),
        View("beds", say("Beds today"), ":material/bed:", beds.draw),
        View("territory", say("Territory"), ":material/map:", territory.draw),
        View("comparison", say("Scenario comparison"), ":material/compare:", comparison.draw),
        View("explore", say("Explore"), ":material/search:", explore.draw),
        View("decisions", say("Decisions"), ":material/fact_check:", decisions.draw),
        View("models", say("Models and drift"), ":material/verified:", models.draw),
    ),
    say("Planning"): (
        View("roster", say("Staff roster"), ":material/groups:", roster.draw),
        View("theatre", say("Theatre list"), ":material/event:", theatre.draw),
        View("pharmacy", say("Pharmacy"), ":material/medication:", pharmacy.draw),
    ),
    say("Help"): (
        View("data", say("Data"), ":material/database:", data.draw, needs_gst=False),
        View("help", say("Help"), ":material/help:", guide.draw, needs_gst=False),
    ),
}

VIEWS = tuple(view for views in SECTIONS.values() for view in views)


def draw(first: str = "overview") -> None:
    """Draws the page of the address; ``first`` is the page of the bare address."""
    st.set_page_config(page_title="Tadbir · تدبير", page_icon=FAVICON, layout="wide")
    st.logo(LOGO, size="large")
    session = here()
    _choose_language(session)
    apply_looks(session.t)
    _navigation(session, first).run()
    write_address(session)


def _choose_language(session: Session) -> None:
    with st.sidebar:
        st.segmented_control(
            session.t("Language"),
            list(Language),
            default=session.language,
            format_func=LANGUAGE_NAMES.__getitem__,
            required=True,
            key=CHOSEN_LANGUAGE,
            on_change=session.speak_as_chosen,
        )


def _navigation(session: Session, first: str) -> st.Page:
    session.pages = {view.name: _page(session, view, first) for view in VIEWS}
    sections = {
        session.t(section): [session.pages[view.name] for view in views]
        for section, views in SECTIONS.items()
    }
    return st.navigation(sections, expanded=True)  # else it says how many more in English


def _page(session: Session, view: View, first: str) -> st.Page:
    return st.Page(
        partial(_draw_view, session, view),
        title=session.t(view.title),
        icon=view.icon,
        url_path=view.name,
        default=view.name == first,
    )


def _draw_view(session: Session, view: View) -> None:
    """The page, or what is wrong; without a GST, how to get one. The help is always there."""
    try:
        session.look()
        show_job(session)
        if view.needs_gst:
            _draw_on_gst(session, view)
    except GstError as error:
        show_error(session.t, error)
    if not view.needs_gst:
        view.draw(session)


def _draw_on_gst(session: Session, view: View) -> None:
    if session.gst is None:
        show_empty(session, session.t(view.title))
    else:
        view.draw(session)
