"""Given a person's word, it is written down with who, why and until when, and can be taken back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.said import Said
from tests.integration.cli.conftest import Call, files_below

WORD = ("--who", "Wang", "--why", "stocktaking", "--at", "2026-11-10T10:00:00+08:00")


def logged(orderhealth: Call) -> list[dict[str, object]]:
    answer = orderhealth("desk", "log", "--json")
    assert answer.code == 0, answer.err
    entries: list[dict[str, object]] = json.loads(answer.out)
    return entries


def test_a_snooze_is_kept_with_who_why_and_until_when(orderhealth: Call) -> None:
    said = orderhealth("snooze", "outbound_overdue", "--warehouse", "GZ", "--until", "24h", *WORD)
    assert said.code == 0, said.err
    assert "outbound_overdue" in said.out
    (entry,) = logged(orderhealth)
    assert entry == {
        "entry": 1,
        "kind": "snoozed",
        "who": "Wang",
        "why": "stocktaking",
        "at": "2026-11-10T02:00:00+00:00",
        "about": "warehouse",
        "value": "GZ",
        "rule_id": "outbound_overdue",
        "until": "2026-11-11T02:00:00+00:00",
        "what": None,
    }
    assert Path("orderhealth.desk.db").is_file()


@pytest.mark.parametrize(
    "kind", ["order", "buyer", "address", "shop", "warehouse", "carrier", "sku", "waybill"]
)
def test_an_allowance_may_be_about_each_of_these_and_without_an_end(orderhealth: Call, kind: str) -> None:
    assert orderhealth("allow", "all", f"--{kind}", "X", *WORD).code == 0
    (entry,) = logged(orderhealth)
    assert (entry["about"], entry["value"], entry["rule_id"], entry["until"]) == (kind, "X", None, None)


def test_a_word_about_nothing_else_is_about_everything(orderhealth: Call) -> None:
    assert orderhealth("snooze", "all", "--until", "2026-11-10 12:00", *WORD).code == 0
    (entry,) = logged(orderhealth)
    assert (entry["about"], entry["value"], entry["until"]) == (
        "everything",
        None,
        "2026-11-10T04:00:00+00:00",
    )


def test_a_verdict_is_taken_back_by_an_entry_and_nothing_is_deleted(orderhealth: Call) -> None:
    assert orderhealth("verdict", "A1", "low_price", "false_alarm", *WORD).code == 0
    assert orderhealth("desk", "undo", "1", *WORD).code == 0
    verdict, undone = logged(orderhealth)
    assert (verdict["kind"], verdict["about"], verdict["value"]) == ("false_alarm", "order", "A1")
    assert (undone["kind"], undone["value"]) == ("undone", "1")
    again = orderhealth("desk", "undo", "1", *WORD)
    assert (again.code, "already" in again.err) == (2, True)


def test_the_log_tells_what_a_case_was_closed_as_in_words(orderhealth: Call) -> None:
    at = datetime(2026, 11, 10, 2, tzinfo=UTC)
    closed = Said("case_closed", "Wang", "known", at, "case", "AR3-TARX", "low_price", what="false_alarm")
    Desk("orderhealth.desk.db").say(closed)
    shown = orderhealth("desk", "log").out
    assert "关闭 误报" in shown
    assert "false_alarm" not in shown


def test_the_list_of_rules_shows_what_people_found_right(orderhealth: Call) -> None:
    Path("orderhealth.yml").write_text("locale: en\n", encoding="utf-8")
    assert "Verdicts" not in orderhealth("rules", "list").out
    for number, verdict in enumerate(["confirmed", "false_alarm", "false_alarm", "false_alarm"]):
        assert orderhealth("verdict", f"A{number}", "low_price", verdict, *WORD).code == 0
    listed = re.sub(r"[\s│]+", " ", orderhealth("rules", "list").out)
    assert "Verdicts" in listed
    assert "1 of 4" in listed
    assert "noisy" not in listed


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (("snooze", "nothing", "--until", "1h", *WORD), "there is no rule 'nothing'"),
        (("snooze", "all", "--until", "2026-11-10T09:59:00+08:00", *WORD), "later than --at"),
        (("snooze", "all", "--until", "soon", *WORD), "--until: 'soon'"),
        (("allow", "all", "--order", "A", "--shop", "B", *WORD), "--order, --shop"),
        (("allow", "all", "--order", " ", *WORD), "--order: a value is expected"),
        (("verdict", "A1", "low_price", "maybe", *WORD), "confirmed, false_alarm"),
        (("verdict", "A1", "all", "confirmed", *WORD), "one rule"),
        (("allow", "all", "--who", "W", "--why", " "), "--why"),
        (("allow", "all", "--who", "W", "--why", "x", "--at", "now"), "--at: 'now'"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    orderhealth: Call, tmp_path: Path, call: tuple[str, ...], complaint: str
) -> None:
    answer = orderhealth(*call)
    assert (answer.code, complaint in answer.err) == (2, True), answer.err
    assert files_below(tmp_path) == {}


def test_a_desk_that_nothing_was_said_at_is_shown_empty_and_not_made(
    orderhealth: Call, tmp_path: Path
) -> None:
    answer = orderhealth("desk", "log")
    assert answer.code == 0
    assert files_below(tmp_path) == {}


def test_the_configuration_names_the_desk(orderhealth: Call) -> None:
    Path("orderhealth.yml").write_text("desk: words.db\nlocale: en\n", encoding="utf-8")
    assert orderhealth("allow", "all", "--order", "A", *WORD).out.startswith("entry 1: allowed")
    assert Path("words.db").is_file()
    assert "stocktaking" in orderhealth("desk", "log").out


def test_an_address_that_is_no_database_is_a_mistake_and_hides_its_password(orderhealth: Call) -> None:
    Path("orderhealth.yml").write_text("desk: mysql://me:hunter2@db/x\n", encoding="utf-8")
    answer = orderhealth("allow", "all", *WORD)
    assert answer.code == 2
    assert "hunter2" not in answer.err


def test_a_file_that_is_no_desk_is_named(orderhealth: Call) -> None:
    Path("orderhealth.desk.db").write_text("no database at all, but quite some text", encoding="utf-8")
    answer = orderhealth("desk", "log")
    assert (answer.code, "orderhealth.desk.db" in answer.err) == (4, True)
