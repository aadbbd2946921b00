"""Writes the parts of the documentation that are generated from the code.

``python docs/build.py`` writes them; ``--check`` says which are stale and writes nothing.
"""

import json
import sys
from pathlib import Path

from application.folder.templates import column_guide
from governance.model_version import model_schema
from scenarios.language import ScenarioFile

ROOT = Path(__file__).parent.parent


def generated() -> dict[Path, str]:
    """Every generated file with the text that it must hold."""
    schema = ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return {
        ROOT / "docs" / "gst-folder.md": column_guide(),
        ROOT / "scenarios" / "schema" / "scenario.schema.json": json.dumps(schema, indent=2) + "\n",
        ROOT / "governance" / "schema" / "model.schema.json": json.dumps(model_schema(), indent=2)
        + "\n",
    }


def stale() -> list[Path]:
    """The generated files whose text is not what the code says."""
    return [
        file
        for file, text in generated().items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(f"stale: {file.relative_to(ROOT)}" for file in stale()) or 0)
    for file, text in generated().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
