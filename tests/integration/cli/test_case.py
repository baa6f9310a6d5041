"""Given cases of a run, people list them, take them, give them away, write notes and close them."""

from __future__ import annotations

import io
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orderhealth_pipeline.desk.reading import read_entries
from tests.integration.cli.conftest import AS_OF, Answer, Call

pytestmark = pytest.mark.slow

AT = "2026-11-10T20:30:00+08:00"
LATER = "2026-11-10T20:40:00+08:00"
WANG = ("--who", "Wang", "--why", "在查", "--at", AT)
LI = ("--who", "Li", "--why", "mine", "--at", LATER)


@pytest.fixture
def cases(store: Path, tmp_path: Path, orderhealth: Call) -> list[dict[str, Any]]:
    for file in store.parent.glob("s.*"):
        shutil.copyfile(file, tmp_path / file.name)
    (tmp_path / "orderhealth.yml").write_text("store: s.duckdb\nlocale: en\n", encoding="utf-8")
    return listed(orderhealth)


def listed(orderhealth: Call, *options: str) -> list[dict[str, Any]]:
    answer = orderhealth("case", "list", "--json", *options)
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)["cases"]
    return found


def shown(orderhealth: Call, case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done(orderhealth("case", "show", case_id, "--json")).out)
    return found


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def test_the_list_has_all_cases_that_are_not_over(cases: list[dict[str, Any]], orderhealth: Call) -> None:
    assert len(cases) > 50
    assert {each["state"] for each in cases} == {"open"}
    assert listed(orderhealth, "--state", "resolved") == []
    of_warehouses = listed(orderhealth, "--owner", "warehouse supervisor")
    assert of_warehouses == listed(orderhealth, "--owner", "仓库主管")
    assert {each["owner"] for each in of_warehouses} == {"warehouse_supervisor"}
    overdue = listed(orderhealth, "--overdue")
    assert {each["case_id"] for each in overdue} == {
        each["case_id"] for each in cases if each["overdue_since"] is not None
    }
    text = done(orderhealth("case", "list")).out
    assert "warehouse supervisor" in text
    assert all(each["case_id"] in text for each in cases)


def test_a_case_that_is_taken_says_by_whom_and_the_second_is_told(
    cases: list[dict[str, Any]], orderhealth: Call
) -> None:
    case_id = cases[0]["case_id"]
    done(orderhealth("case", "ack", case_id, *WANG))
    second = orderhealth("case", "ack", case_id, *LI)
    assert second.code == 2
    assert f"{case_id} was taken by Wang at 2026-11-10 20:30" in second.err
    assert shown(orderhealth, case_id)["state"] == "acknowledged"
    done(orderhealth("case", "assign", case_id, "--to", "Li", "--reassign", *LI))
    found = shown(orderhealth, case_id)
    assert (found["state"], found["assignee"]) == ("in_progress", "Li")
    assert listed(orderhealth, "--assignee", "Li") == [
        {name: value for name, value in found.items() if name not in {"case_orders", "case_history"}}
    ]
    third = orderhealth("case", "assign", case_id, "--to", "Zhou", *LI)
    assert (third.code, "was taken by Li" in third.err) == (2, True)
    assert "--reassign gives it to another" in third.err
    assert "--reassign" not in second.err
    assert [(each["what"], each["who"]) for each in found["case_history"]] == [
        ("opened", None),
        ("acknowledged", "Wang"),
        ("assigned", "Li"),
    ]


def test_numbers_may_be_typed_as_they_are_said(cases: list[dict[str, Any]], orderhealth: Call) -> None:
    case_id = cases[0]["case_id"]
    assert set(case_id) <= set("234679ACEFHJKMPRTWXY-")
    typed = case_id.replace("-", "").lower()
    done(orderhealth("case", "note", typed, "--who", "Wang", "--why", "rang 13812345678", "--at", AT))
    (note,) = [each for each in shown(orderhealth, case_id)["case_history"] if each["what"] == "noted"]
    assert note["why"] == "rang 138****5678"


def test_another_role_owns_a_case_from_then_on(
    cases: list[dict[str, Any]], orderhealth: Call, feeds: Path
) -> None:
    case_id = cases[0]["case_id"]
    done(orderhealth("case", "assign", case_id, "--owner", "finance", *WANG))
    assert shown(orderhealth, case_id)["owner"] == "finance"
    done(orderhealth("run", "--feeds", feeds, "--as-of", "2026-11-10T20:45:00+08:00"))
    found = shown(orderhealth, case_id)
    assert (found["owner"], found["assignee"], found["state"]) == ("finance", None, "open")


def test_a_false_alarm_is_over_and_its_findings_are_explained(
    cases: list[dict[str, Any]], orderhealth: Call, feeds: Path
) -> None:
    of_buyers = [each for each in cases if each["orders"] > 1 and each["cause_kind"] == "buyer"]
    case_id = of_buyers[0]["case_id"]
    done(orderhealth("case", "close", case_id, *WANG))
    assert shown(orderhealth, case_id)["state"] == "false_alarm"
    assert case_id not in {each["case_id"] for each in listed(orderhealth)}
    done(orderhealth("run", "--feeds", feeds, "--as-of", "2026-11-10T20:45:00+08:00"))
    found = shown(orderhealth, case_id)
    assert (found["state"], found["verdict"]) == ("false_alarm", "false_alarm")
    with duckdb.connect("s.published.duckdb", read_only=True) as con:
        explained = con.execute(
            "select distinct explained_by from findings semi join case_orders using (order_id) "
            "semi join cases using (rule_id) where rule_id = ? and order_id in "
            "(select order_id from case_orders where case_id = ?)",
            [found["rule_id"], case_id],
        ).fetchall()
    assert explained == [("false_alarm",)]


def test_a_confirmed_case_goes_on_until_the_data_ends_it(
    cases: list[dict[str, Any]], orderhealth: Call
) -> None:
    case_id = cases[0]["case_id"]
    done(orderhealth("case", "close", case_id, "--verdict", "confirmed", *WANG))
    found = shown(orderhealth, case_id)
    assert (found["verdict"], found["resolved_at"], found["state"]) == ("confirmed", None, "open")
    Path("orderhealth.yml").write_text("locale: zh\nstore: s.duckdb\n", "utf-8")
    told = orderhealth("case", "show", case_id).out
    assert "关闭 属实" in told
    assert "confirmed" not in told


def test_a_wrong_number_says_nothing_of_any_case(cases: list[dict[str, Any]], orderhealth: Call) -> None:
    wrong = orderhealth("case", "ack", cases[0]["case_id"], "QQQ-0000", *WANG)
    assert wrong.code == 2
    assert "there is no case QQQ-0000; `orderhealth case list` names those that there are" in wrong.err
    assert not Path("s.desk.db").exists() or read_entries("s.desk.db") == []


def test_a_number_that_there_is_not_is_named_as_it_was_typed(
    cases: list[dict[str, Any]], orderhealth: Call
) -> None:
    assert len(cases) > 1
    assert "there is no case nope;" in orderhealth("case", "show", "nope").err
    assert "there is no case '';" in orderhealth("case", "show", "").err


def test_of_many_those_that_others_have_are_left_out(cases: list[dict[str, Any]], orderhealth: Call) -> None:
    first, second, *_ = (each["case_id"] for each in cases)
    done(orderhealth("case", "ack", first, *WANG))
    answer = done(orderhealth("case", "ack", first, second, *LI))
    assert f"{first} was taken by Wang" in answer.err
    assert shown(orderhealth, second)["state"] == "acknowledged"


def test_all_cases_are_taken_at_once_from_a_list(
    cases: list[dict[str, Any]], orderhealth: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = "\n".join(each["case_id"] for each in cases)
    monkeypatch.setattr(sys, "stdin", io.StringIO(ids))
    begun = time.perf_counter()
    answer = done(orderhealth("case", "ack", "-", *WANG))
    assert time.perf_counter() - begun < 20
    assert f"{len(cases)} cases" in answer.out
    assert {each["state"] for each in listed(orderhealth)} == {"acknowledged"}


def test_the_numbers_are_those_of_before_when_the_store_is_built_anew(
    cases: list[dict[str, Any]], orderhealth: Call, feeds: Path
) -> None:
    done(orderhealth("case", "assign", cases[0]["case_id"], *WANG))
    done(orderhealth("rebuild", "--feeds", feeds, "--as-of", AS_OF))
    rebuilt = listed(orderhealth)
    assert [each["case_id"] for each in rebuilt] == [each["case_id"] for each in cases]
    assert rebuilt[0]["assignee"] == "Wang"
