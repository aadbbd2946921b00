"""The few rules of style that Streamlit has no setting for, and the direction of the text."""

from __future__ import annotations

import streamlit as st

from application.language import Translator
from dashboard.parts.mends import mending_script

TABLES = """
.tadbir-scroll { overflow-x: auto; }
.tadbir-table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
.tadbir-table caption { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.tadbir-table th, .tadbir-table td { padding: 0.45rem 0.7rem; text-align: start;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent);
  vertical-align: top; }
.tadbir-table thead th { font-weight: 600; font-size: 0.8rem;
  color: color-mix(in srgb, currentColor 78%, transparent);
  border-bottom-width: 2px; }
.tadbir-table thead th::first-letter { text-transform: uppercase; }
.tadbir-table tbody th { font-weight: 500; }
.tadbir-table .figure { text-align: end; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.tadbir-table thead .figure { white-space: normal; }
.tadbir-table tbody tr:hover { background: color-mix(in srgb, currentColor 5%, transparent); }
.tadbir-table .good { color: light-dark(#0B6B62, #4FD1C0); font-weight: 600; }
.tadbir-table .bad { color: light-dark(#B03A06, #FF9D6C); font-weight: 600; }
.tadbir-table .quiet { color: color-mix(in srgb, currentColor 72%, transparent); }
"""

ROSTER = """
.tadbir-roster th, .tadbir-roster td { padding: 0.2rem 0.3rem; text-align: center;
  white-space: nowrap; font-size: 0.8rem; }
.tadbir-roster thead th { font-size: 0.7rem; padding-inline: 0.1rem; }
.tadbir-roster tbody th { text-align: start; position: sticky; inset-inline-start: 0;
  white-space: normal; min-width: 8rem; max-width: 13rem;
  background: light-dark(#FFFFFF, #0E1716); z-index: 1; }
.tadbir-roster .off-day { background: color-mix(in srgb, currentColor 7%, transparent); }
.tadbir-roster .duty { display: inline-block; min-width: 1.8rem; border-radius: 0.3rem;
  padding: 0.05rem 0.2rem; font-weight: 600; }
.tadbir-roster .day { background: light-dark(#CFEAE5, #17504A); }
.tadbir-roster .night { background: light-dark(#2B3F66, #9DB4E0);
  color: light-dark(#FFFFFF, #10192B); }
.tadbir-roster .leave { color: color-mix(in srgb, currentColor 65%, transparent); }
.tadbir-roster tfoot td { font-weight: 700; color: light-dark(#B03A06, #FF9D6C); }
"""

IMAGES = """
.tadbir-image { border: 0; background: none; padding: 0; font: inherit; font-size: 0.8rem;
  color: color-mix(in srgb, currentColor 78%, transparent); cursor: pointer;
  text-decoration: underline; }
.tadbir-image:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
"""

# The canvas of the chart above the button, on the colour of the page, as a file: the browser
# has all of it, so the server is not asked and nothing is drawn twice.
SAVE_IMAGE = """
function tadbirSaveImage(button) {
  const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart] canvas')];
  const above = Node.DOCUMENT_POSITION_PRECEDING;
  const drawn = charts.filter(c => button.compareDocumentPosition(c) & above).pop();
  if (!drawn) return;
  const sheet = document.createElement('canvas');
  sheet.width = drawn.width;
  sheet.height = drawn.height;
  const ink = sheet.getContext('2d');
  const page = document.querySelector('[data-testid=stApp]');
  ink.fillStyle = getComputedStyle(page).backgroundColor;
  ink.fillRect(0, 0, sheet.width, sheet.height);
  ink.drawImage(drawn, 0, 0);
  const link = document.createElement('a');
  link.href = sheet.toDataURL('image/png');
  link.download = button.dataset.image;
  link.click();
}
if (!window.tadbirImages) {
  window.tadbirImages = true;
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-image]');
    if (button) tadbirSaveImage(button);
  });
}
"""

PAGE = """
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
[data-testid="stMetricLabel"] p, [data-testid="stMetricDelta"] p {
  white-space: normal !important; }
[data-testid="stMetricDelta"] { height: auto; }
/* White on the accent of the dark theme has a contrast of 2.5 (WCAG 1.4.3). */
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"] {
  color: light-dark(#FFFFFF, #0E1716); }
/* The parts of a day or an hour are 18 pixels wide; a target has 24 (WCAG 2.5.8). */
[data-testid="stDateInput"] [role="spinbutton"], [data-testid="stTimeInput"] [role="spinbutton"] {
  display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px;
  text-align: center; }
/* Streamlit's faded text has a contrast of 4.0 on white; 4.5 is needed (WCAG 1.4.3). */
[data-testid="stCaptionContainer"] { opacity: 1;
  color: color-mix(in srgb, currentColor 78%, transparent); }
[data-testid="stMainBlockContainer"] { padding: 3rem 2.5rem; max-width: 84rem; }
"""

# Recipe measured on desktop and phone: shared/design/dashboard.md, A4. Charts, grids and
# sliders keep their own direction.
RIGHT_TO_LEFT = """
[data-testid="stAppViewContainer"], [data-testid="stSidebar"], [data-testid="stHeader"],
[data-testid="stDialog"], [data-testid="stPopoverBody"] { direction: rtl; }
[data-testid="stHeading"], [data-testid="stMarkdownContainer"], [data-testid="stMetric"],
[data-testid="stWidgetLabel"], [data-testid="stCaptionContainer"] { text-align: right; }
[data-testid="stSidebar"][aria-expanded="false"], [data-testid="stSidebar"][data-collapsed="true"]
  { display: none; }
[data-testid="stMarkdownContainer"] li { text-align: right; }
[data-testid="stMarkdownContainer"] ul { padding-inline-start: 1.2rem; }
[data-testid="stMarkdownContainer"] ol { padding-inline: 1.6rem 0; }
[data-testid="stMarkdownContainer"] li { margin-left: 0; margin-right: 0; }
[data-testid="stButtonGroup"] button { border-radius: 0.5rem !important;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent) !important;
  margin: 0 !important; }
[data-testid="stButtonGroup"] div:has(> button) { gap: 0.25rem; overflow: visible; }
[data-testid="stExpander"] summary [data-testid="stIconMaterial"] { transform: scaleX(-1); }
[data-testid="stMetricLabel"] { gap: 0.4rem; }
[data-testid="stVegaLiteChart"], [data-testid="stDataFrame"], [data-testid="stSlider"],
[data-testid="stDateInputField"], [data-testid="stTimeInput"] input,
[data-testid="stTimeInputTimeDisplay"], [data-testid="stTimeInput"] [role="group"],
[data-testid="stMetricChart"] { direction: ltr; }
[data-testid="stVegaLiteChart"] svg text { unicode-bidi: plaintext; }
[data-testid="stSelectbox"] input { unicode-bidi: plaintext; text-align: right; }
"""

LEFT_TO_RIGHT = ""


def apply_looks(t: Translator) -> None:
    """Puts the style on the page and tells the browser its language and direction."""
    language = t.language
    direction = RIGHT_TO_LEFT if language.is_right_to_left else LEFT_TO_RIGHT
    st.html(f"<style>{PAGE}{TABLES}{ROSTER}{IMAGES}{direction}</style>")
    side = "rtl" if language.is_right_to_left else "ltr"
    st.html(
        "<script>"
        f"document.documentElement.lang = '{language.value}';"
        f"document.documentElement.dir = '{side}';"
        f"{SAVE_IMAGE}"
        f"{mending_script(t)}"
        "</script>",
        unsafe_allow_javascript=True,
    )
