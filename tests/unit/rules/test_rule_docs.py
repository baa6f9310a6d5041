from __future__ import annotations

import re
from typing import Literal

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.rule_docs import comparison_text, explain_text, rule_pages
from tests.unit.rules.write_rule_docs import DOCS, expected_pages

CATALOGUE = read_catalogue(expectations_folder(), frozenset(feed_contracts()))
PAGES = expected_pages()


def test_the_pages_in_docs_are_what_the_expectation_files_say() -> None:
    written = {page.name: page.read_text(encoding="utf-8") for page in DOCS.glob("*.md")}
    assert written == PAGES, "run: python -m tests.unit.rules.write_rule_docs"


def test_there_is_a_page_for_every_rule_and_the_index_links_to_each() -> None:
    assert set(PAGES) == {f"{rule_id}.md" for rule_id in CATALOGUE.rules} | {"README.md"}
    assert set(re.findall(r"\]\((\w+\.md)\)", PAGES["README.md"])) == set(PAGES) - {"README.md"}


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("rule_id", CATALOGUE.rules)
def test_a_page_holds_every_text_of_its_rule(rule_id: str, locale: Literal["zh", "en"]) -> None:
    rule = CATALOGUE.rules[rule_id]
    page = PAGES[f"{rule_id}.md"]
    for text in (rule.title, rule.means, rule.why, rule.what_to_do, rule.owner):
        assert text.in_locale(locale) in page
    for name, value in rule.parameters.items():
        assert f"| `{name}` | {value} |" in page
    for example in rule.examples:
        assert f"| {example.name} | {example.as_of} |" in page


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    for name, page in PAGES.items():
        for table in re.findall(r"(?:^\|.*\n)+", page, flags=re.MULTILINE):
            cells = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(cells) == 1, f"{name}: {table}"


def test_a_changed_threshold_changes_every_text_that_speaks_of_it() -> None:
    rule = CATALOGUE.rules["paid_not_in_erp"]
    condition = Comparison.model_validate({"feature": "minutes_paid_without_erp", "more_than": 25})
    changed = rule.model_copy(update={"hit_when": condition})
    page = rule_pages(Catalogue({rule.id: changed}, CATALOGUE.features), [], [])["paid_not_in_erp.md"]
    assert "more than 25 minutes" in page
    assert "`minutes_paid_without_erp > 25`" in page
    assert "超过 25 分钟" in page
    assert "超过 15 分钟" not in page


@pytest.mark.parametrize(
    ("rule_id", "formula"),
    [
        ("paid_not_in_erp", "minutes_paid_without_erp > 15"),
        ("buyer_burst", "buyer_orders_in_span ≥ 5"),
        ("low_price", "lowest_price_ratio < 0.70"),
        ("pickup_gap", "share(erp_shipped_has_scan) < 0.90, orders ≥ 20"),
    ],
)
def test_a_comparison_is_written_as_a_formula(rule_id: str, formula: str) -> None:
    assert comparison_text(CATALOGUE.rules[rule_id]) == formula


def test_a_rule_is_explained_in_plain_text() -> None:
    text = explain_text(CATALOGUE.rules["outbound_overdue"], "en")
    assert text.startswith(
        "Label printed, parcel still in the warehouse (outbound_overdue)\n"
        "stage: warehouse · severity: high · weight: 0.45 · owner: warehouse supervisor · enabled: yes\n"
        "hit when: longest minutes since a shipment was printed that is not outbound is more than 240\n"
        "  minutes_printed_without_outbound > 240\n"
        "feeds it needs: wms_shipments\n"
        "\nDefinition\n  A shipment of the order, not cancelled, was printed more than 240 minutes"
    )
    assert text.endswith("\nBenign explanations\n  on_hold: the shipment is on hold\n")


def test_a_disabled_system_rule_is_explained_in_chinese() -> None:
    rule = CATALOGUE.rules["pickup_gap"].model_copy(update={"enabled": False})
    text = explain_text(rule, "zh")
    assert "启用: 否" in text
    assert "  shipped_hours = 6\n" in text
    assert "这是系统级规则" in text
    assert "善意解释" not in text
