"""Rules at the console: the number that moves, publishing, conflicts, taking back, a second person."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.desk.rule_changes import RuleChanges
from orderhealth_pipeline.pipeline.editing.check import checked_rules, disagreements
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.preview import preview_rule
from orderhealth_pipeline.rules.in_force.figures import read_changes
from orderhealth_pipeline.settings import Settings
from tests.unit.console.rule_files import FIGURE, RULE, Workshop, field, workshop


@pytest.fixture(scope="module")
def bench(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Share a console whose rules nobody changes."""
    with workshop(shop, tmp_path_factory.mktemp("bench")) as opened:
        yield opened


@pytest.fixture
def own(shop: Settings, tmp_path: Path) -> Iterator[Workshop]:
    """Open a console whose rules the test changes."""
    with workshop(shop, tmp_path) as opened:
        yield opened


def _open(text: str) -> tuple[int, int]:
    now, then = re.findall(
        r'<span class="from">([\d,]+)</span>.*?<b data-open>([\d,]+)</b>', text, re.DOTALL
    )[0]
    return int(now), int(then)


def test_every_rule_reads_as_a_sentence_with_what_it_finds(bench: Workshop) -> None:
    page = bench.page("/rules").text
    rules = plan_run(Settings(expectations=bench.folder)).catalogue.rules
    assert all(f'href="/rules/{rule}"' in page for rule in rules)
    assert "the ERP has no record of the order is more than 15" in page
    assert re.search(r"\d+ open", page)


@pytest.mark.parametrize("figure", ["5", "15", "22.5", "40", "600"])
def test_the_number_is_what_a_preview_of_the_command_line_says(
    bench: Workshop, shop: Settings, figure: str
) -> None:
    expected = preview_rule(plan_run(shop), RULE, read_changes([f"threshold={figure}"]))
    shown = bench.page(f"/rules/{RULE}/effect", **{FIGURE: figure}).text
    assert _open(shown) == (expected.open_now, expected.open_then)
    named = {*re.findall(r'href="/orders/([^"]+)"', shown)}
    assert named <= {*expected.new, *expected.gone}
    assert len(named) == min(12, len(expected.new)) + min(12, len(expected.gone))
    assert f"{expected.score_then:.2f}" in shown


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("soon", "a number is expected"),
        ("-3", "no feature is negative"),
        ("", "a number is expected"),
        ("99999999", "given"),
        ("15,5", "a number is expected"),
        ("1，5", "a number is expected"),
        ("1_5", "a number is expected"),
    ],
)
def test_figures_that_make_no_sense_are_refused_in_words(bench: Workshop, figure: str, reason: str) -> None:
    shown = bench.page(f"/rules/{RULE}/effect", **{FIGURE: figure})
    assert shown.status_code == 200
    assert reason in shown.text


def test_a_comma_between_thousands_is_read_as_it_is_written(bench: Workshop) -> None:
    assert "is more than 1000" in bench.page(f"/rules/{RULE}/effect", **{FIGURE: "1,000"}).text


def test_every_rule_opens_and_says_what_its_own_figures_do(bench: Workshop) -> None:
    for rule in plan_run(Settings(expectations=bench.folder)).catalogue.rules:
        assert bench.page(f"/rules/{rule}").status_code == 200
        shown = bench.page(f"/rules/{rule}/effect")
        assert shown.status_code == 200
        assert "trouble" not in shown.text


def test_places_that_are_none_of_a_rules_figures_cannot_be_changed(bench: Workshop) -> None:
    for name in (
        "rule:x",
        "rule:[]",
        field("id"),
        field("examples", 0, "hit"),
        field("rules", "low_price", "weight", source="profile"),
    ):
        assert bench.page(f"/rules/{RULE}/effect", **{name: "1"}).status_code == 400


def test_publishing_changes_the_lines_concerned_and_can_be_taken_back(own: Workshop) -> None:
    before = own.text()
    review = own.page(f"/rules/{RULE}/review", **{FIGURE: "20"}).text
    assert "<s>15</s> → <b>20</b>" in review
    assert "-hit_when: {feature: minutes_paid_without_erp, more_than: 15}" in review
    done = own.publish(**{FIGURE: "20"})
    assert "Published, in force from the next run on" in done.text
    changed = [(a, b) for a, b in zip(before.splitlines(), own.text().splitlines(), strict=False) if a != b]
    assert changed[0] == (
        "hit_when: {feature: minutes_paid_without_erp, more_than: 15}",
        "hit_when: {feature: minutes_paid_without_erp, more_than: 20}",
    )
    assert "means" not in str(changed)
    assert "Taken back" in own.post("/rules/changes/1/undo").text
    assert own.text() == before
    assert "Taken back" in own.post("/rules/changes/1/undo").text
    assert own.text() == before


def test_examples_refuse_a_figure_until_they_follow(own: Workshop) -> None:
    before = own.text()
    refused = own.post(f"/rules/{RULE}/publish", why="late", fingerprint=own.fingerprint(), **{FIGURE: "40"})
    assert "Look at the examples first" in refused.text
    assert "<s>hit: A</s>" in refused.text
    assert "paid 15 minutes and one second ago" in refused.text
    assert own.text() == before
    own.publish(**{FIGURE: "40"})
    settings = Settings(expectations=own.folder)
    assert list(disagreements(settings, checked_rules(settings), {RULE})) == []


def test_a_reason_is_asked_for(own: Workshop) -> None:
    before = own.text()
    assert "Say why" in own.publish(**{FIGURE: "20", "why": "  "}).text
    assert own.text() == before


def test_what_the_check_refuses_is_not_published(own: Workshop) -> None:
    before = own.text("low_price", "ordering")
    refused = own.publish("low_price", **{field("hit_when", "below"): "0"})
    assert "low_price.yml" in refused.text
    assert "which hits no order" in refused.text
    assert own.text("low_price", "ordering") == before


def test_a_file_that_was_changed_meanwhile_is_a_conflict_and_nothing_is_lost(own: Workshop) -> None:
    seen, file = own.fingerprint(), own.folder / "payment" / f"{RULE}.yml"
    file.write_text(own.text().replace("weight: 0.60", "weight: 0.61"), encoding="utf-8")
    answer = own.publish(**{FIGURE: "20", "fingerprint": seen, "why": "my own reason"})
    assert "The file was changed meanwhile" in answer.text
    assert 'value="20"' in answer.text
    assert "my own reason" in answer.text
    assert "more_than: 15}" in own.text()
    own.publish(**{FIGURE: "20"})
    assert "more_than: 20}" in own.text()
    assert "weight: 0.61" in own.text()


def test_taking_back_what_was_changed_again_is_a_conflict(own: Workshop) -> None:
    own.publish(**{FIGURE: "20"})
    own.publish(**{FIGURE: "25"})
    assert "somebody has changed it since" in own.post("/rules/changes/1/undo").text
    assert "more_than: 25}" in own.text()


def test_who_and_why_stand_in_the_log(own: Workshop) -> None:
    own.publish(**{FIGURE: "20", "why": "the interface is slow"})
    desk = str(own.folder.parent / "rules.desk.db")
    deed = next(each.deed for each in PeopleDesk(desk).deeds(10) if each.deed.verb == "change_rule")
    assert (deed.about, deed.value, deed.why) == ("rule", RULE, "the interface is slow")
    assert "15 → 20" in (deed.detail or "")
    assert PeopleDesk(desk).check().trouble is None


def test_a_second_person_publishes_where_that_is_asked_for(shop: Settings, tmp_path: Path) -> None:
    with workshop(shop, tmp_path, rules_need_second_person=True) as own:
        before = own.text()
        assert "Waiting for a second person" in own.publish(**{FIGURE: "20"}).text
        assert own.text() == before
        own.post("/rules/changes/1/approve")
        assert own.text() == before
        changes = RuleChanges(str(tmp_path / "rules.desk.db"))
        files = changes.newest()[0].files
        changes.keep(("li", changes.newest()[0].at), "from li", (RULE, "15 → 20"), files, "waiting")
        own.post("/rules/changes/2/approve")
        assert "more_than: 20}" in own.text()
        changes.keep(("li", changes.newest()[0].at), "again", (RULE, "15 → 20"), files, "waiting")
        own.post("/rules/changes/3/approve")
        assert [each.state for each in changes.newest()] == ["lapsed", "published", "waiting"]


def test_the_rules_of_the_program_are_copied_before_they_are_changed(console: TestClient) -> None:
    page = console.get(f"/rules/{RULE}").text
    assert "These rules belong to the program" in page
    assert "Review and publish" not in page


def test_a_condition_is_changed_by_cards_and_published(own: Workshop) -> None:
    page = own.page("/rules/first_order_large/condition").text
    assert page.count('name="leaf"') == 2
    cards = [
        ("open", "all"),
        ("leaf", "1"),
        ("card.look", "nth_order_of:buyer_id"),
        ("card.operator", "at_most"),
    ]
    cards += [("card.value", "1"), ("card.as", "order_number"), ("leaf", "1"), ("card.look", "column:amount")]
    cards += [("card.operator", "at_least"), ("card.value", "2000"), ("card.as", "large"), ("close", "1")]
    more = own.client.get(f"/rules/first_order_large/condition?{urlencode([*cards, ('act', 'add:0')])}")
    assert more.text.count('name="leaf"') == 3
    extra = [("leaf", "1"), ("card.look", "column:payment_method"), ("card.operator", "is_one_of")]
    cards[-1:] = [*extra, ("card.value", "cash_on_delivery, card"), ("close", "1")]
    review = own.client.get(f"/rules/first_order_large/review?{urlencode(cards)}").text
    assert "payment_method" in review
    name = field("hit_when")
    kept = re.findall(f'name="{re.escape(name)}" value="(.+?)">', html.unescape(review))
    condition = kept[0]
    own.publish("first_order_large", **{name: condition})
    text = own.text("first_order_large", "ordering")
    assert "- {column: payment_method, is_one_of: [cash_on_delivery, card]}" in text
    assert "    - {column: amount, at_least: 2000, as: large}" in text


def test_cards_that_make_no_sense_are_refused_in_words(bench: Workshop) -> None:
    cards = [("open", "all"), ("leaf", "1"), ("card.look", "column:amount"), ("card.operator", "at_least")]
    cards += [("card.value", "lots"), ("close", "1")]
    shown = bench.client.get(f"/rules/{RULE}/effect?{urlencode(cards)}")
    assert shown.status_code == 200
    assert f"{RULE}.yml" in shown.text
