"""The inbox, a case and actions: what is shown, what is said by forms, and what the second person is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from orderhealth_pipeline.console.work.filters import CaseFilter
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.settings import Settings
from tests.unit.console.people import House, form_token, house


@pytest.fixture
def open_house(shop: Settings, tmp_path: Path) -> Iterator[House]:
    with house(shop, tmp_path) as opened:
        yield opened


def ids_on(page: httpx.Response) -> list[str]:
    return re.findall(r'data-case="([^"]+)"', page.text)


def say(browser: TestClient, path: str, **fields: str | list[str]) -> httpx.Response:
    token = form_token(browser.get("/cases"))
    answer: httpx.Response = browser.post(path, data={"form_token": token, **fields})
    assert answer.status_code == 200, answer.text
    return answer


def test_the_inbox_has_what_is_not_over_and_its_filters_stand_in_the_address(open_house: House) -> None:
    browser = open_house.browser("operator")
    page = browser.get("/cases")
    assert len(ids_on(page)) == 50
    second = browser.get("/cases?page=2")
    assert not set(ids_on(page)) & set(ids_on(second))
    over = browser.get("/cases?state=resolved")
    assert ids_on(over)
    assert not set(ids_on(over)) & set(ids_on(page))
    of_rule = browser.get("/cases?rule=paid_not_in_erp")
    assert 0 < len(ids_on(of_rule)) <= 50
    one = ids_on(of_rule)[0]
    assert ids_on(browser.get(f"/cases?q={one.lower()}")) == [one]
    assert "There is no such case" in browser.get("/cases?whose=mine").text
    assert ids_on(browser.get("/cases?state=nonsense&page=x&severity=9")) == ids_on(page)


def test_a_case_is_acknowledged_with_one_tap_and_taken_back_with_one(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases"))[3]
    done = say(browser, "/cases", ack_one=case_id)
    assert "Acknowledged 1 case" in done.text
    assert ids_on(done)[0] == case_id, "one's own come first"
    assert ids_on(browser.get("/cases?whose=mine")) == [case_id]
    entries = re.findall(r'name="entries" value="([\d-]+)"', done.text)[0]
    undone = say(browser, "/cases", do="undo", entries=entries)
    assert "Took 1 word back" in undone.text
    assert ids_on(browser.get("/cases?whose=mine")) == []


def test_the_answer_stays_while_the_page_fetches_itself_again(open_house: House) -> None:
    browser = open_house.browser("operator")
    say(browser, "/cases", ack_one=ids_on(browser.get("/cases"))[3])
    again = {"HX-Request": "true"}
    assert "Acknowledged 1 case" in browser.get("/cases", headers=again).text
    assert "Acknowledged 1 case" not in open_house.browser("manager").get("/cases", headers=again).text
    assert "Acknowledged 1 case" not in browser.get("/cases").text
    open_house.clock.move(seconds=20)
    assert "Acknowledged 1 case" not in browser.get("/cases", headers=again).text


def test_the_second_person_is_told_who_took_it_and_when(open_house: House) -> None:
    first, second = open_house.browser("operator"), open_house.browser("manager")
    case_id = ids_on(first.get("/cases"))[0]
    say(first, f"/cases/{case_id}", do="ack", case=case_id)
    told = say(second, f"/cases/{case_id}", do="ack", case=case_id)
    assert re.search(rf"{case_id} was taken by Operator at \d{{4}}-\d\d-\d\d \d\d:\d\d", told.text)
    assert "Operator has it" in told.text
    forced = say(second, f"/cases/{case_id}", do="assign", case=case_id, reassign="1", why="she is ill")
    assert "Gave 1 case to Manager" in forced.text


def test_many_cases_are_handled_at_once(open_house: House) -> None:
    browser = open_house.browser("operator")
    chosen = ids_on(browser.get("/cases"))[:20]
    assert "Acknowledged 20 cases" in say(browser, "/cases", do="ack", case=chosen).text
    given = say(browser, "/cases", do="assign", case=chosen, to="li.lei", reassign="1")
    assert "Gave 20 cases to li.lei" in given.text
    closed = say(browser, "/cases", do="case_false_alarm", case=chosen[:5])
    assert "Said what 5 cases are" in closed.text
    assert set(ids_on(browser.get("/cases?state=false_alarm"))) == set(chosen[:5])
    assert "Nothing is chosen" in say(browser, "/cases", do="ack").text


def test_people_are_called_by_their_names_and_a_case_goes_to_whom_a_name_means(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases"))[0]
    given = say(browser, f"/cases/{case_id}", do="assign", case=case_id, to="Manager", reassign="1")
    assert "Manager has it" in given.text
    assert re.search(r"<strong>Operator</strong> assigned to Manager", given.text)
    other = open_house.browser("manager")
    assert ids_on(other.get("/cases?whose=mine")) == [case_id]
    say(other, f"/cases/{case_id}", do="assign", case=case_id)
    taken = say(browser, f"/cases/{case_id}", do="assign", case=case_id, reassign="1")
    assert "<strong>Operator</strong> took it" in taken.text
    assert '<option value="manager">Manager</option>' in browser.get("/cases").text


def test_a_case_shows_its_orders_with_evidence_what_to_do_and_what_happened(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases?rule=paid_not_in_erp"))[0]
    say(browser, f"/cases/{case_id}", do="note", case=case_id, why="asked the ERP team, 13812345678")
    page = browser.get(f"/cases/{case_id}").text
    for text in (
        "What to do",
        "What happened",
        "asked the ERP team, 138****5678",
        "<strong>Operator</strong>",
        'class="order-id"',
    ):
        assert text in page
    assert browser.get("/cases/C-NOTHING").status_code == 404


def test_a_verdict_is_one_tap_and_one_to_take_it_back(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases?rule=paid_not_in_erp"))[0]
    order = re.findall(r'name="order" value="([^"]+)"', browser.get(f"/cases/{case_id}").text)[0]
    path = f"/cases/{case_id}"
    said = say(browser, path, do="false_alarm", order=order, rule="paid_not_in_erp")
    assert 'class="chip verdict-false_alarm"' in said.text
    entries = re.findall(r'name="entries" value="([\d-]+)"', said.text)[0]
    assert 'class="chip verdict-false_alarm"' not in say(browser, path, do="undo", entries=entries).text


def test_findings_of_a_cause_are_snoozed_from_its_case(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases?rule=outbound_overdue"))[0]
    page = browser.get(f"/cases/{case_id}").text
    about, value = (re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("about", "value"))
    say(
        browser,
        f"/cases/{case_id}",
        do="snooze",
        rule="outbound_overdue",
        about=about,
        value=value,
        until="4h",
        why="x",
    )
    (word,) = Desk(open_house.app.state.site.settings.desk_address).entries()
    assert (word.kind, word.about, word.value, word.rule_id) == (
        "snoozed",
        about,
        value or None,
        "outbound_overdue",
    )


def test_all_actions_are_stopped_and_started_by_one_button(open_house: House) -> None:
    browser = open_house.browser("operator")
    assert "Operator stopped all actions" in say(browser, "/actions", do="stop").text
    assert "stopped all actions" not in say(browser, "/actions", do="start").text


def test_actions_are_chosen_by_type_and_say_why_nobody_can_approve_them(open_house: House) -> None:
    browser = open_house.browser("operator")
    page = browser.get("/actions").text
    kinds = re.findall(r'href="/actions\?type=(\w+)"[^>]*>[^<]* ([\d,]+)</a>', page)
    assert len(kinds) > 1
    kind, number = kinds[0]
    chosen = browser.get(f"/actions?type={kind}&state=proposed").text
    assert f"below actions.{kind} of" in chosen
    assert chosen.count('class="action-line') <= min(int(number.replace(",", "")), 200)
    assert f'href="/actions?type={kind}"' in chosen
    assert all(f"below actions.{other} of" not in chosen for other, _ in kinds[1:])


def test_what_is_said_and_what_is_looked_at_stands_in_the_audit_log(open_house: House) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases"))[0]
    browser.get(f"/cases/{case_id}")
    browser.get(f"/cases/{case_id}")
    say(browser, f"/cases/{case_id}", do="ack", case=case_id, why="on it")
    deeds = [entry.deed for entry in open_house.people.deeds(100)]
    assert [(each.who, each.value) for each in deeds if (each.verb, each.about) == ("look", "case")] == [
        ("operator", case_id)
    ]
    (acknowledged,) = [each for each in deeds if each.verb == "case_acknowledged"]
    assert (acknowledged.value, acknowledged.why, acknowledged.detail) == (case_id, "on it", "said 1")
    assert open_house.people.check().trouble is None


def test_who_may_only_look_sees_no_buttons_and_cannot_say_anything(open_house: House) -> None:
    browser = open_house.browser("viewer")
    page = browser.get("/cases")
    case_id = ids_on(page)[0]
    assert 'name="ack_one"' not in page.text
    case = browser.get(f"/cases/{case_id}")
    assert 'name="do"' not in case.text
    token = form_token(open_house.browser("operator").get("/cases"))
    assert browser.post("/cases", data={"do": "ack", "case": case_id, "form_token": token}).status_code == 403
    calendar = browser.get("/calendar").text
    assert "data-days" not in calendar
    assert 'value="add"' not in calendar
    assert 'value="add"' in open_house.browser("manager").get("/calendar").text


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_the_persons_own_token_says_nothing(open_house: House, token: str) -> None:
    browser = open_house.browser("operator")
    case_id = ids_on(browser.get("/cases"))[0]
    answer = browser.post("/cases", data={"do": "ack", "case": case_id, "form_token": token})
    assert answer.status_code == 403
    assert "load it again" in answer.text
    assert Desk(open_house.app.state.site.settings.desk_address).entries() == []


def test_an_address_keeps_the_other_filters_when_one_changes() -> None:
    asked = CaseFilter.of_query(
        {"whose": "mine", "overdue": "1", "owner": "warehouse_supervisor", "page": "3"}
    )
    assert asked.query(whose=None) == "owner=warehouse_supervisor&overdue=1"
    assert asked.query(page=2) == "owner=warehouse_supervisor&whose=mine&overdue=1&page=2"
