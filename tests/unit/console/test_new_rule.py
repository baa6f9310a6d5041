"""New rules at the console: from a template, another rule or an order, published like any change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhealth_pipeline.console.editing.rule_templates import rule_templates
from orderhealth_pipeline.desk.rule_changes import RuleChanges
from orderhealth_pipeline.pipeline.editing.check import checked_rules, disagreements
from orderhealth_pipeline.settings import Settings
from tests.unit.console.rule_files import Workshop, workshop

CARDS = {
    "open": "all",
    "leaf": "1",
    "card.look": "waiting",
    "card.waiting_since": "paid",
    "card.waiting_for": "outbound",
    "card.operator": "more_than",
    "card.value": "600",
    "close": "1",
}
TYPED = {"new.title": "Paid but still here", "new.title_other": "付款后还没出库", "new.stage": "warehouse"}


@pytest.fixture(scope="module")
def bench(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Share a console whose rules nobody changes."""
    with workshop(shop, tmp_path_factory.mktemp("new")) as opened:
        yield opened


@pytest.fixture
def own(shop: Settings, tmp_path: Path) -> Iterator[Workshop]:
    """Open a console whose rules the test changes."""
    with workshop(shop, tmp_path) as opened:
        yield opened


def _found(text: str) -> list[str]:
    return re.findall(r'class="order-id" href="/orders/([^"]+)"', text)


def test_what_a_rule_may_begin_with_is_offered(bench: Workshop) -> None:
    assert 'href="/rules/new"' in bench.page("/rules").text
    page = bench.page("/rules/new").text
    assert all(f'href="/rules/new?template={name}"' in page for name in rule_templates())
    assert '<option value="outbound_overdue">' in page
    assert "pickup_gap" not in page


@pytest.mark.parametrize("name", rule_templates())
def test_every_template_says_at_once_what_it_finds(bench: Workshop, name: str) -> None:
    page = bench.page("/rules/new", template=name)
    assert page.status_code == 200
    assert "data-open" in page.text
    assert 'class="trouble"' not in page.text
    assert 'name="leaf"' in page.text


def test_every_rule_about_orders_can_be_taken_as_a_template(bench: Workshop) -> None:
    for rule in checked_rules(Settings(expectations=bench.folder)).rules.values():
        part = {"HX-Request": "true"}
        shown = bench.client.get("/rules/new/effect", params={"like": rule.id}, headers=part)
        assert shown.status_code == 200
        assert 'class="trouble"' not in shown.text, rule.id


def test_a_new_rule_is_published_checked_and_taken_back(own: Workshop) -> None:
    review = own.page("/rules/new/review", **CARDS, **TYPED).text
    assert "New rule: Paid but still here" in review
    assert "look-alike, not found" in review
    done = own.post("/rules/new/publish", why="customers ask", **CARDS, **TYPED)
    assert "Published, in force from the next run on" in done.text
    assert done.url.path == "/rules/paid_but_still_here"
    settings = Settings(expectations=own.folder)
    catalogue = checked_rules(settings)
    rule = catalogue.rules["paid_but_still_here"]
    assert list(disagreements(settings, catalogue, {rule.id})) == []
    assert [bool(each.hit) for each in rule.examples] == [True, False]
    assert (rule.stage, rule.needs) == ("warehouse", ("payments", "wms_shipments"))
    assert rule.title.zh == "付款后还没出库"
    assert "more than 600" in rule.means.en
    gone = own.post("/rules/changes/1/undo")
    assert (gone.url.path, "Taken back" in gone.text) == ("/rules", True)
    assert not (own.folder / "warehouse" / "paid_but_still_here.yml").exists()


def test_examples_are_nobodys(bench: Workshop) -> None:
    review = bench.page("/rules/new/review", **CARDS, **TYPED).text
    records = re.findall(r"<textarea.*?>(.*?)</textarea>", review, re.DOTALL)[0]
    assert "order_id: A" in records
    assert not re.search(r"\b\d{10,}\b", records)
    assert not any(order in records for order in _found(review))


def test_a_rule_that_others_refer_to_is_not_taken_away(own: Workshop) -> None:
    own.post("/rules/new/publish", why="a test", **CARDS, **TYPED)
    profile = own.folder / "profiles" / "promotion.yml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(f"{text}\n  paid_but_still_here: {{weight: 0.5}}\n", encoding="utf-8")
    answer = own.post("/rules/changes/1/undo")
    assert "promotion.yml" in answer.text
    assert (own.folder / "warehouse" / "paid_but_still_here.yml").exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"new.title": "", "new.title_other": ""}, "Give the rule a name"),
        ({"new.id": "low_price"}, "There is a rule with the id low_price already"),
        ({"new.id": "new"}, "is no id"),
        ({"new.id": "../x"}, "is no id"),
        ({"why": " "}, "Say why"),
        ({"card.value": "lots"}, "valid decimal"),
        ({"card.waiting_for": "paid"}, "same milestone"),
        ({"new.examples": "- {name: x"}, "not valid YAML"),
    ],
)
def test_what_cannot_be_is_refused_in_words(bench: Workshop, typed: dict[str, str], reason: str) -> None:
    before = sorted(bench.folder.rglob("*.yml"))
    answer = bench.post("/rules/new/publish", **{"why": "a test", **CARDS, **TYPED, **typed})
    assert answer.status_code == 200
    assert reason in answer.text
    assert sorted(bench.folder.rglob("*.yml")) == before


def test_examples_that_expect_something_else_are_shown_until_they_follow(own: Workshop) -> None:
    examples = """\
- name: paid yesterday
  as_of: 2026-11-10 20:00:00
  feeds:
    storefront_orders: [{order_id: A, placed_at: 2026-11-09 10:00:00}]
    payments: [{order_id: A, paid_at: 2026-11-09 10:00:00}]
- {name: nothing, as_of: 2026-11-10 20:00:00, feeds: {}}"""
    given = {"why": "a test", "new.examples": examples, **CARDS, **TYPED}
    refused = own.post("/rules/new/publish", **given)
    assert "Look at the examples first" in refused.text
    own.post("/rules/new/publish", follow="yes", **given)
    assert "hit: [A]" in own.text("paid_but_still_here", "warehouse")


def test_a_rule_like_another_keeps_its_explanations_and_examples(own: Workshop) -> None:
    own.post(
        "/rules/new/publish",
        **{"why": "the other warehouse", "like": "outbound_overdue", "new.title": "Overdue in the north"},
    )
    text = own.text("overdue_in_the_north", "warehouse")
    assert "on_hold" in text
    assert "name: printed exactly 4 hours ago" in text


def test_more_like_an_order_finds_it(bench: Workshop) -> None:
    order = _found(bench.page("/rules/new/effect", **CARDS).text)[0]
    assert f'href="/rules/new?order={order}"' in bench.page(f"/orders/{order}").text
    page = bench.page("/rules/new", order=order).text
    says = re.findall(r'name="pick" value="([^"]+)"( checked)?', page)
    assert len(says) > 3
    assert 1 <= sum(bool(chosen) for _, chosen in says) <= 2
    assert "of active orders" in page
    assert int(re.findall(r"<b data-open>([\d,]+)</b>", page)[0]) >= 1
    picked = next(name for name, _ in says if name.startswith("waiting"))
    narrowed = bench.page("/rules/new", order=order, pick=picked).text
    assert narrowed.count('name="leaf"') == 1
    assert int(re.findall(r"<b data-open>([\d,]+)</b>", narrowed)[0]) >= 1
    assert "This order is over, or there is none" in bench.page("/rules/new", order="nothing").text


def test_a_second_person_publishes_a_new_rule(shop: Settings, tmp_path: Path) -> None:
    with workshop(shop, tmp_path, rules_need_second_person=True) as own:
        waiting = own.post("/rules/new/publish", why="customers ask", **CARDS, **TYPED)
        assert (waiting.url.path, "Waiting for a second person" in waiting.text) == ("/rules", True)
        assert "paid_but_still_here" in own.page("/rules").text
        file = own.folder / "warehouse" / "paid_but_still_here.yml"
        assert not file.exists()
        changes = RuleChanges(str(tmp_path / "rules.desk.db"))
        drafted = changes.newest()[0]
        changes.keep(("li", drafted.at), "from li", ("paid_but_still_here", "new"), drafted.files, "waiting")
        own.post("/rules/changes/2/approve")
        assert file.exists()
