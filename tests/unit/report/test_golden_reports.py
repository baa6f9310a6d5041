"""What every renderer makes of the small stores, kept as files.

ORDERHEALTH_WRITE_GOLDENS=1 writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.render.html import render_html
from orderhealth_pipeline.report.render.markdown import render_markdown
from orderhealth_pipeline.report.render.terminal import render_terminal
from orderhealth_pipeline.words import Locale
from tests.unit.report.conftest import ReportOf

GOLDEN = Path(__file__).parents[2] / "golden" / "report"


def terminal_text(report: RiskReport) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None)
    with console.capture() as captured:
        console.print(render_terminal(report))
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def html_without_style(report: RiskReport) -> str:
    """Leave the style sheet out: it is the same in every page, and looked at in Chromium."""
    before, _, rest = render_html(report).partition("<style>")
    return f"{before}<style>{rest[rest.index('</style>') :]}\n"


RENDERERS: dict[str, Callable[[RiskReport], str]] = {
    "html": html_without_style,
    "md": render_markdown,
    "txt": terminal_text,
}
CASES: tuple[tuple[str, Locale], ...] = (
    ("promotion", "zh"),
    ("promotion", "en"),
    ("unknown", "zh"),
    ("healthy", "en"),
    ("empty", "zh"),
)


@pytest.mark.parametrize(("store", "locale"), CASES)
@pytest.mark.parametrize("form", RENDERERS)
def test_the_report_is_rendered_as_the_golden_file_says(
    store: str, locale: Locale, form: str, report_of: ReportOf
) -> None:
    rendered = RENDERERS[form](report_of(store, locale))
    golden = GOLDEN / f"{store}_{locale}.{form}"
    if os.environ.get("ORDERHEALTH_WRITE_GOLDENS"):
        golden.write_text(rendered, encoding="utf-8")
    assert golden.is_file(), f"{golden} is missing; write it with ORDERHEALTH_WRITE_GOLDENS=1"
    assert rendered == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    expected = {GOLDEN / f"{store}_{locale}.{form}" for store, locale in CASES for form in RENDERERS}
    assert set(GOLDEN.iterdir()) == expected
