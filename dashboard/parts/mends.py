"""What Streamlit's own markup does not tell a screen reader, told by us: found by axe-core.

Streamlit draws these parts itself and has no setting for them, so a script of ours sets the
attributes, again whenever Streamlit has drawn. Each line names the rule of axe that it answers.
"""

from __future__ import annotations

MENDS: dict[str, tuple[str, str]] = {
    # list, listitem: the sections of the navigation are boxes between the list and its items.
    '[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li': (
        "role",
        "presentation",
    ),
    # svg-img-alt: the line in a tile repeats the figure beside it, and has no words of its own.
    '[data-testid="stMetricChart"] svg': ("aria-hidden", "true"),
}
"""Which elements get which attribute."""


def mending_script() -> str:
    """Mends the page now and after every change of it; put on the page once a visit."""
    steps = "".join(
        f"document.querySelectorAll('{where}').forEach(found => {{"
        f"if (found.getAttribute('{name}') !== '{value}') found.setAttribute('{name}', '{value}');"
        "});"
        for where, (name, value) in MENDS.items()
    )
    return (
        "if (!window.tadbirMends) {"
        f"const mend = () => {{{steps}}};"
        "let asked = false;"
        "const later = () => {"
        "if (asked) return; asked = true;"
        "setTimeout(() => { asked = false; mend(); }, 100);"
        "};"
        "window.tadbirMends = new MutationObserver(later);"
        "window.tadbirMends.observe(document.body, {childList: true, subtree: true});"
        "mend();"
        "}"
    )
