"""Every scenario with the rules that every installation has: all that is wrong is found, and nothing else.

Slow, because each of a dozen shops is simulated and run as a whole.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orderhealth_pipeline.resources import expectations_folder
from tests.integration.chain.chain import rows_of
from tests.integration.scenarios.measured import SCENARIOS, Measured, measure
from tests.integration.scenarios.write_scenario_docs import PAGE, page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    folder = tmp_path_factory.mktemp("scenarios")
    return {name: measure(name, folder / name) for name in SCENARIOS}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_rule_is_exact(shops: dict[str, Measured], scenario: str) -> None:
    wrong = shops[scenario].rules.filter(
        ~((shops[scenario].rules["precision"] == 1) & (shops[scenario].rules["recall"] == 1))
    )
    assert wrong.rows() == []


def test_every_rule_on_orders_has_anomalies_and_as_many_look_alikes(shops: dict[str, Measured]) -> None:
    for name, shop in shops.items():
        truth = shop.truth.drop_nulls("order_id")
        for rule_id in truth["rule_id"].unique():
            of_rule = truth.filter(rule_id=rule_id)["verdict"]
            assert (of_rule == "benign").sum() >= (of_rule == "anomaly").sum() > 0, (name, rule_id)


def test_the_page_tells_what_came_out(shops: dict[str, Measured]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(shops)


def test_before_a_promotion_the_gap_between_erp_and_carriers_costs_most(shops: dict[str, Measured]) -> None:
    promotion = shops["promo_618"]
    costliest = rows_of(
        promotion.store,
        "select value from score_attribution where dimension = 'rule' qualify points = max(points) over ()",
    )
    assert promotion.printed["score"] < 85
    assert promotion.printed["alert"] == "breach"
    assert costliest == [("pickup_gap",)]


def test_a_silent_erp_makes_rules_unknown_and_no_storm(shops: dict[str, Measured]) -> None:
    printed = shops["erp_outage"].printed
    unknown = {rule_id for rule_id, rule in printed["rules"].items() if rule["outcome"] == "unknown"}
    assert unknown == {"paid_not_in_erp", "erp_not_in_wms", "pickup_gap"}
    assert printed["alert"] is None
    assert printed["findings"]["open"] <= shops["calm"].printed["findings"]["open"]


def test_a_new_word_is_told_until_somebody_says_what_it_means(
    shops: dict[str, Measured], tmp_path: Path
) -> None:
    relabelled = shops["wms_relabel"]
    own = tmp_path / "expectations"
    shutil.copytree(expectations_folder(), own)
    (own / "words.yml").write_text("wms_shipments: {status: {已交接承运商: shipped}}\n", encoding="utf-8")

    mended = measure("wms_relabel", tmp_path / "mended", expectations=own)

    assert relabelled.printed["rules"]["unmapped_status"]["outcome"] == "hit"
    assert mended.printed["rules"]["unmapped_status"]["outcome"] == "no_hit"
    others = mended.rules.filter(mended.rules["rule_id"] != "unmapped_status")
    assert others["recall"].to_list() == others["precision"].to_list() == [1.0] * others.height


def test_records_of_orders_that_come_late_are_all_listed(
    shops: dict[str, Measured],
) -> None:
    late = shops["late_feed"]
    assert late.printed["rules"]["orphan_records"]["outcome"] == "hit"
    assert rows_of(late.store, "select count(*) > 0 from reconciliation_breaks") == [(True,)]
