"""In which language this command speaks, chosen once before the help texts are made.

``--lang`` wins over ``TADBIR_LANG``; French if neither is given.
"""

import os
import sys

from application.language import Language, Translator

OPTION = "--lang"


def chosen_language(arguments: list[str], variable: str) -> Language:
    """The language that the person asked for; an unknown one is refused later, by its option."""
    asked = variable
    for place, argument in enumerate(arguments):
        if argument == OPTION and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif argument.startswith(f"{OPTION}="):
            asked = argument.partition("=")[2]
    return Language(asked) if asked in set(Language) else Language.FRENCH


t = Translator(chosen_language(sys.argv[1:], os.environ.get("TADBIR_LANG", "")))
