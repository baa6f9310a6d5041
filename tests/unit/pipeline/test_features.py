"""What a tick knows of orders and their neighbours, and whether that is enough for the rules there are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.inputs import FeatureInputs
from orderhealth_pipeline.orders.order_fact import build_milestones, compute_feature
from orderhealth_pipeline.pipeline.evaluation.feature_rows import LASTING_COLUMNS
from orderhealth_pipeline.pipeline.evaluation.reach import knows_neighbours
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from tests.feeds import visible_feeds

GROWING = {name: feature for name, feature in declared_features().items() if feature.moves_with.grows}


@pytest.mark.parametrize("name", GROWING)
def test_what_is_read_of_a_lasting_order_is_enough_for_a_feature_that_grows(name: str) -> None:
    feeds = visible_feeds({"storefront_orders": [{"order_id": "A"}]})
    lasting = build_milestones(feeds).select(LASTING_COLUMNS)
    request = GROWING[name].request(name, {"promise_hours": 48})
    feature = compute_feature(FeatureInputs(feeds, lasting, lasting.clear(), {}), request)
    for shown in GROWING[name].evidence:
        assert shown in LASTING_COLUMNS or request.evidence_column(shown) in feature.columns


def catalogue_with(folder: Path, cheap_rule: str) -> Catalogue:
    """The rules there are, with another rule that tells which orders make a burst suspicious."""
    shutil.copytree(expectations_folder(), folder)
    rule = folder / "ordering" / "buyer_burst.yml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("cheap_rule: low_price", f"cheap_rule: {cheap_rule}"), encoding="utf-8")
    return read_catalogue(folder, frozenset(feed_contracts()))


def test_low_prices_of_neighbours_are_known(tmp_path: Path) -> None:
    assert knows_neighbours(catalogue_with(tmp_path / "rules", "low_price"))


def test_what_another_rule_finds_of_neighbours_is_not_known(tmp_path: Path) -> None:
    assert not knows_neighbours(catalogue_with(tmp_path / "rules", "incomplete_address"))
