"""Given a store, a back-test writes a page beside what it says on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import AS_OF, Call

CALL = ("backtest", "--from", AS_OF, "--to", AS_OF, "--profile", "promotion")


@pytest.mark.parametrize(("locale", "said"), [("en", "rules in force"), ("zh", "现行规则")])
def test_it_writes_a_page_in_the_language_of_the_configuration(
    orderhealth: Call, store: Path, locale: str, said: str
) -> None:
    Path("orderhealth.yml").write_text(f"store: {store}\nlocale: {locale}\n", encoding="utf-8")
    answer = orderhealth(*CALL, "--out", "replay")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[-1] == str(Path("replay/backtest.html"))
    page = Path("replay/backtest.html").read_text(encoding="utf-8")
    assert said in page
    assert said in answer.out


def test_with_json_the_page_is_named_on_standard_error(orderhealth: Call, store: Path) -> None:
    Path("orderhealth.yml").write_text(f"store: {store}\n", encoding="utf-8")
    answer = orderhealth(*CALL, "--out", "replay", "--json")
    assert set(json.loads(answer.out)) == {"instants", "score", "alerts", "rules"}
    assert "backtest.html" in answer.err


def test_a_folder_that_cannot_be_written_is_named(orderhealth: Call, store: Path) -> None:
    Path("orderhealth.yml").write_text(f"store: {store}\n", encoding="utf-8")
    Path("file").write_text("", encoding="utf-8")
    answer = orderhealth(*CALL, "--out", "file/below")
    assert (answer.code, "file/below" in answer.err) == (2, True), answer.err
