"""The declarations of features: each says what it reads, and speaks only of columns that exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhealth_pipeline.declared.features import FeatureDeclaration, alternatives, declared_features
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.yaml_files import read_model

UNDECLARED = """
measures: {zh: 订单数, en: orders}
parameters: {}
evidence: []
"""


def columns_of(declared: FeatureDeclaration) -> Iterator[tuple[str, str]]:
    inputs = declared.inputs
    for part in (inputs.needs, inputs.judges_by, inputs.refined_by):
        for feed, columns in part.items():
            for column in columns:
                yield from alternatives(feed, column)


@pytest.mark.parametrize("name", sorted(declared_features()))
def test_a_feature_reads_columns_that_feeds_have_and_that_are_read(name: str) -> None:
    contracts = feed_contracts()
    for feed, column in columns_of(declared_features()[name]):
        assert column in contracts[feed].columns
        assert column in COLUMNS_READ[feed]


def test_alternatives_stand_in_the_same_feed_unless_another_is_named() -> None:
    assert list(alternatives("payments", "paid_at|updated_at")) == [
        ("payments", "paid_at"),
        ("payments", "updated_at"),
    ]
    assert list(alternatives("tms_events", "order_id|wms_shipments.waybill_no")) == [
        ("tms_events", "order_id"),
        ("wms_shipments", "waybill_no"),
    ]


@pytest.mark.parametrize("inputs", ["", "inputs: {}", "inputs: {of_order: [buyer]}"])
def test_a_feature_that_does_not_say_what_it_reads_is_refused(inputs: str, tmp_path: Path) -> None:
    file = tmp_path / "feature.yml"
    file.write_text(UNDECLARED + inputs, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="inputs"):
        read_model(file, FeatureDeclaration)
