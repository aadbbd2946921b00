"""What Streamlit's own markup does not tell, or tells in English only, told by us.

Streamlit draws these parts itself and has no setting for them, so a script of ours mends them,
again whenever Streamlit has drawn.
"""

from __future__ import annotations

import json
import re

from application.language import Translator
from hospital.errors import Sentence, say

MENDS: dict[str, tuple[str, str]] = {
    # list, listitem: the sections of the navigation are boxes between the list and its items.
    '[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li': (
        "role",
        "presentation",
    ),
    # svg-img-alt: the line in a tile repeats the figure beside it, and has no words of its own.
    '[data-testid="stMetricChart"] svg': ("aria-hidden", "true"),
}
"""Which elements get which attribute, by the rule of axe-core that it answers."""

WORDS: dict[str, Sentence] = {
    "Skip to main content": say("Skip to main content"),
    "Upload": say("Choose files"),
    "file upload": say("Choose files"),
    "Choose an option": say("Choose an option"),
    "Choose options": say("Choose options"),
    "Choose date": say("Choose a date"),
    "Open": say("Open the list"),
    "Decrement": say("Less"),
    "Increment": say("More"),
    "Sidebar": say("Sidebar"),
    "Collapse sidebar": say("Close the sidebar"),
    "Expand sidebar": say("Open the sidebar"),
    "App pages": say("Pages"),
    "Navigate to home page": say("To the first page"),
    "Help": say("Help"),
}
"""What Streamlit says on its own, whole, in a text, a label or a placeholder."""

HELP_FOR = "Help for "
TEXTS = '[data-testid="stSkipToContent"], [data-testid="stFileUploaderDropzone"] button p'
"""Where such words stand as a text."""

SCRIPT = """
window.tadbirMend = () => {
  for (const [where, name, value] of ATTRIBUTES)
    for (const found of document.querySelectorAll(where))
      if (found.getAttribute(name) !== value) found.setAttribute(name, value);

  const whole = WORDS, help = HELP, helpFor = HELP_FOR;
  const translated = english => whole[english] ?? (english.startsWith(helpFor)
    ? help.replace('LABEL', english.slice(helpFor.length)) : null);
  const tell = (memory, shown, put) => {
    // What is not as we left it was drawn anew; its English is kept for the next language.
    if (shown !== memory.said) memory.english = shown;
    memory.said = translated(memory.english);
    if (memory.said !== null && memory.said !== shown) put(memory.said);
  };
  for (const name of ['aria-label', 'placeholder'])
    for (const found of document.querySelectorAll(`[${name}]`))
      tell((found.tadbir ??= {})[name] ??= {}, found.getAttribute(name),
        words => found.setAttribute(name, words));
  for (const { firstChild: text } of document.querySelectorAll(TEXTS))
    if (text?.nodeType === Node.TEXT_NODE)
      tell(text.tadbir ??= {}, text.data, words => { text.data = words; });
};
if (!window.tadbirMends) {
  let asked = false;
  const later = () => {
    if (asked) return;
    asked = true;
    setTimeout(() => { asked = false; window.tadbirMend(); }, 100);
  };
  window.tadbirMends = new MutationObserver(later);
  window.tadbirMends.observe(document.body, {
    childList: true, subtree: true, attributeFilter: ['aria-label', 'placeholder'],
  });
}
window.tadbirMend();
"""


def mending_script(t: Translator) -> str:
    """Mends the page now and after every change of it, in this language."""
    values = {
        "ATTRIBUTES": [[where, name, value] for where, (name, value) in MENDS.items()],
        "WORDS": {english: t(word) for english, word in WORDS.items()},
        "HELP_FOR": HELP_FOR,
        "HELP": t("Help: {label}", label="LABEL"),
        "TEXTS": TEXTS,
    }
    # Whole words in capitals stand for values.
    names = rf"\b({'|'.join(values)})\b"
    return re.sub(names, lambda found: json.dumps(values[found[0]]), SCRIPT)
