"""The suite refuses a test that does not say on which level it stands."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.integration

CONFTEST = Path(__file__).parents[1] / "conftest.py"
MARKERS = """
    [pytest]
    markers =
        unit: u
        integration: i
        e2e: e
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty suite under this repository's conftest."""
    pytester.makeini(MARKERS)
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    return pytester


@pytest.mark.parametrize("decorators", ["", "@pytest.mark.unit\n@pytest.mark.e2e\n"])
def test_a_test_without_exactly_one_level_is_refused(
    suite: pytest.Pytester, decorators: str
) -> None:
    suite.makepyfile(f"import pytest\n\n{decorators}def test_fact():\n    pass\n")
    result = suite.runpytest("-p", "no:xdist")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*exactly one of the markers*", "*::test_fact"])


def test_a_level_for_the_whole_module_counts(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        "import pytest\n\npytestmark = pytest.mark.unit\n\ndef test_fact():\n    pass\n"
    )
    suite.runpytest("-p", "no:xdist").assert_outcomes(passed=1)


def test_an_absent_shared_folder_skips_with_its_reason(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        "import pytest\n\n@pytest.mark.unit\ndef test_fact(shared):\n    raise AssertionError\n"
    )
    result = suite.runpytest("-p", "no:xdist", "-rs", "--shared", "nowhere")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*no shared folder at *nowhere*"])
