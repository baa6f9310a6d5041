"""How records find their orders is declared, and a declaration that finds none is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from orderhealth_pipeline.ingest.contracts import FeedContract, _FeedsFile, feed_contracts

CONTRACTS = feed_contracts()


def test_every_feed_but_the_stock_finds_its_orders() -> None:
    assert [feed for feed, contract in CONTRACTS.items() if contract.belongs_to is None] == ["wms_stock"]


@pytest.mark.parametrize(
    ("feed", "belongs_to"),
    [
        ("payments", {"by": "colour"}),
        ("customers", {"by": "buyer_id"}),
        ("customers", {"by": "buyer_id", "through": "payments"}),
        ("tms_events", {"by": "waybill_no", "through": "nothing"}),
    ],
)
def test_a_path_that_leads_to_no_order_is_refused(feed: str, belongs_to: dict[str, str]) -> None:
    written = {name: contract.model_dump() for name, contract in CONTRACTS.items()}
    written[feed]["belongs_to"] = belongs_to
    with pytest.raises(ValidationError, match=f"{feed}: no order is found by"):
        _FeedsFile(feeds={name: FeedContract.model_validate(each) for name, each in written.items()})
