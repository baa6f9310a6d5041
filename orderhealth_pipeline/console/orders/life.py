"""An order's life: versions of records → what happened when, in the order in which it happened.

What belongs here: pure functions from rows to events, bars and facts. What does not: reading (read.py), and
drawing (chart.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from orderhealth_pipeline.console.orders.read import OrderRows, Record
from orderhealth_pipeline.console.orders.vocabulary import Vocabulary
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_buyer, mask_text

_SERVICE: Final = ("feedback", "returns")
_NO_CHANGE: Final = ("updated_at",)
_WITHOUT_MOMENT: Final = ("promised_ship_at", "updated_at")
_FACT_INSTANTS: Final = {
    "placed_at": ("storefront", "placed_at"),
    "paid_at": ("payment", "paid_at"),
    "erp_synced_at": ("erp", "synced_at"),
    "printed_at": ("wms", "printed_at"),
    "outbound_at": ("wms", "outbound_at"),
}


class Change(NamedTuple):
    """A column that differs from the version before; `before` is empty in a first version."""

    label: str
    before: str
    after: str


@dataclass
class Event:
    """What happened at an instant (in the reader's zone) in one system."""

    at: datetime
    system: str
    titles: list[str] = field(default_factory=list)
    record: str = ""
    changes: list[Change] = field(default_factory=list)
    loaded_at: datetime | None = None
    is_first: bool = False


def record_events(records: Iterable[Record], words: Vocabulary, zone: ZoneInfo) -> list[Event]:
    """Return an event per instant that a record tells of, and per version of it."""
    contracts = feed_contracts()
    by_record: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        by_record[record.feed, record.record].append(record)
    events: list[Event] = []
    for (feed, _), versions in by_record.items():
        contract = contracts.get(feed)
        if contract is None or not _moments(versions[-1], contract.columns):
            continue
        system = "service" if feed in _SERVICE else contract.system
        events += _of_record(versions, system, words, zone)
    return events


def fact_events(rows: OrderRows, words: Vocabulary, zone: ZoneInfo) -> list[Event]:
    """Return the milestones of an order whose records are not published."""
    fact = rows.fact or {}
    return [
        Event(fact[column].astimezone(zone), system, [words.instants[name]])
        for column, (system, name) in _FACT_INSTANTS.items()
        if fact.get(column) is not None
    ]


def _of_record(versions: list[Record], system: str, words: Vocabulary, zone: ZoneInfo) -> Iterator[Event]:
    at_instant: dict[datetime, Event] = {}
    name = versions[-1].record.split(" ")[0]

    def event(instant: datetime) -> Event:
        local = instant.astimezone(zone)
        return at_instant.setdefault(
            local.replace(second=0, microsecond=0), Event(local, system, record=name)
        )

    columns = feed_contracts()[versions[-1].feed].columns
    for column, instant in _moments(versions[-1], columns):
        title = words.instants.get(column)
        event(instant).titles.append(title or words.word(versions[-1].content.get("status", column)))
    before: dict[str, str] = {}
    for version in versions:
        since = version.true_since or version.loaded_at
        here = event(since)
        here.loaded_at = version.loaded_at.astimezone(zone)
        here.is_first = here.is_first or not before
        here.changes += _changes(before, version.content, columns, words)
        before = version.content
    yield from at_instant.values()


def _moments(record: Record, columns: Mapping[str, object]) -> list[tuple[str, datetime]]:
    """Return the instants that a record tells of, but deadlines and its own update."""
    return [
        (column, instant)
        for column, value in record.content.items()
        if column in columns and column.endswith("_at") and column not in _WITHOUT_MOMENT
        if (instant := _instant(value)) is not None
    ]


def _changes(
    before: Mapping[str, str], after: Mapping[str, str], columns: Mapping[str, object], words: Vocabulary
) -> Iterator[Change]:
    for column in columns:
        old, new = before.get(column, ""), after.get(column, "")
        if old != new and column not in _NO_CHANGE and not column.endswith("_at") and column != "order_id":
            if new == "false" and not old:
                continue
            yield Change(words.column(column), shown(column, old, words), shown(column, new, words))


def shown(column: str, value: str, words: Vocabulary) -> str:
    """Return a value as people read it."""
    if column in ("status", "kind"):
        return words.word(value) if value else ""
    if column == "buyer_id" and value:
        return mask_buyer(value)
    if column in ("amount", "unit_price", "quantity"):
        number = _decimal(value)
        return (
            ""
            if number is None
            else formats.number(number)
            if column == "quantity"
            else formats.money(number)
        )
    return mask_text(value) if value else ""


def _decimal(value: str) -> Decimal | None:
    try:
        return Decimal(value) if value else None
    except InvalidOperation:
        return None


def _instant(value: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
