"""What stands in the audit log is told in the reader's words, whatever was done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import orderhealth_pipeline
from orderhealth_pipeline.console.registry import PAGES
from orderhealth_pipeline.console.words import Words
from orderhealth_pipeline.desk.rule_changes import State
from orderhealth_pipeline.said import ABOUT_KINDS, SaidKind
from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import form_token, house

PACKAGE = Path(orderhealth_pipeline.__file__).parent
WRITTEN = re.compile(
    r'(?:Deed\((?:[^",]*, ){2}|_write\((?:con, by|author), |verb = )"(\w+)"(?: if [^"]*"\w+" else "(\w+)")?'
)


def verbs_written() -> set[str]:
    """Return the verbs that code writes into the log by name."""
    texts = [file.read_text() for room in ("console", "desk") for file in (PACKAGE / room).rglob("*.py")]
    return {verb for text in texts for found in WRITTEN.findall(text) for verb in found if verb}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_deed_has_words(locale: str) -> None:
    verbs = verbs_written()
    assert {"look", "change_rule", "draft_rule", "load_file", "make_token", "stop_backtest"} <= verbs
    words = Words(locale)  # type: ignore[arg-type]
    verbs |= {*get_args(SaidKind), *(f"rule_{state}" for state in get_args(State))}
    told = {verb: words.word("deed", verb) for verb in verbs}
    assert [verb for verb, text in told.items() if "_" in text or (locale == "zh" and text.isascii())] == []
    places = {
        about: words.word("deed_about", about) for about in (*ABOUT_KINDS, "account", "token", "file", "rule")
    }
    looks = {page.looks_at: words.word("deed_about", page.looks_at) for page in PAGES if page.looks_at}
    assert [about for about, text in looks.items() if locale == "zh" and text.isascii()] == []
    assert [about for about, text in places.items() if locale == "zh" and text.isascii()] == []


def test_what_a_deed_adds_is_told_in_the_readers_words(shop: Settings, tmp_path: Path) -> None:
    with house(shop, tmp_path) as opened:
        browser = opened.browser("admin")
        token = form_token(browser.get("/settings"))
        form = {"form_token": token, "do": "change_role", "name": "operator", "role": "manager"}
        assert browser.post("/settings", data=form).status_code == 200
        browser.get("/cases")
        page = browser.get("/settings?lang=zh").text
    assert "运营 → 主管" in page
    assert "viewer" not in page[page.index('id="audit"') :]
    assert "查看 待办列表" in page
    assert "/cases" not in page[page.index('id="audit"') :].split("</section>")[0]
