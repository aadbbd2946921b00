"""Build hook: compiles the gettext catalogues before a wheel or an editable install is made."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "application/locale/*/LC_MESSAGES/*.po"


def compile_catalogue(source: Path) -> Path:
    """Write the ``.mo`` beside ``source``; fuzzy messages are left out, as msgfmt does."""
    locale = source.parent.parent.name
    with source.open("rb") as po_file:
        catalogue = read_po(po_file, locale=locale, abort_invalid=True)
    compiled = source.with_suffix(".mo")
    with compiled.open("wb") as mo_file:
        write_mo(mo_file, catalogue)
    return compiled


class CatalogueBuildHook(BuildHookInterface[Any]):
    """Compiles every catalogue below ``application/locale``; does nothing where there is none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the files of the wheel are gathered."""
        del version, build_data
        for source in sorted(Path(self.root).glob(CATALOGUES)):
            self.app.display_info(f"compiled {compile_catalogue(source).relative_to(self.root)}")
