"""Examples for a new rule, made of the records of real orders, with every person and number replaced.

What belongs here: choosing records, and making them nobody's. What does not: running examples
(pipeline/editing/check.py), and the file that they stand in (new_rule.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from textwrap import dedent
from typing import Any, Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.editing.bench import Bench
from orderhealth_pipeline.console.orders.read import Record, read_order
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.declared.features import alternatives, declared_features
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.pipeline.editing.check import disagreements
from orderhealth_pipeline.pipeline.what_if.effect import Effect
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.editing.yaml_values import flow
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.language.rule_looks import inputs_of
from orderhealth_pipeline.rules.own_examples.example import Example

_ALWAYS: Final = frozenset({"order_id", "placed_at", "status", "shipment_id", "waybill_no", "line_no", "sku"})
_NUMBERS: Final = frozenset({"amount", "quantity", "unit_price", "on_hand", "reserved"})
_PEOPLE: Final = frozenset({"receiver", "phone", "remark", "text", "reason", "location", "detail"})
_CALLED: Final = {
    "buyer_id": "BUYER-{n}",
    "waybill_no": "WAYBILL-{n}",
    "shipment_id": "SHIPMENT-{n}",
    "payment_id": "PAYMENT-{n}",
    "erp_id": "ERP-{n}",
    "return_id": "RETURN-{n}",
    "ticket_id": "TICKET-{n}",
    "refund_of": "PAYMENT-{n}",
}
_MOST_NEAR: Final = 12
_TRIED: Final = 4
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORDINARY: Final = (
    Example(name="an ordinary order", as_of="", feeds={"storefront_orders": [{"order_id": "A"}]}),
    Example(
        name="an order that is over",
        as_of="",
        feeds={"storefront_orders": [{"order_id": "A", "status": "completed"}]},
    ),
)


@dataclass
class _Names:
    """What real identifiers are called in one example: the same one the same everywhere."""

    of: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def number(self, column: str, value: str) -> int:
        known = self.of[column]
        return known.setdefault(value, len(known) + 1)

    def order(self, order_id: str) -> str:
        number = self.number("order_id", order_id) - 1
        return _LETTERS[number] if number < len(_LETTERS) else f"Z{number}"

    def called(self, column: str, value: str) -> str:
        kind = "payment_id" if column == "refund_of" else column
        return _CALLED[kind].format(n=self.number(kind, value))


def examples_for(guest: Guest, bench: Bench, effect: Effect | None) -> str:
    """Return examples of a new rule as the text of a list: one that it finds, if it finds any, and one not.

    They say what the rule says of them now: a person looks whether that is what is meant.
    """
    rule = bench.drafted
    if rule is None:
        return ""
    found: list[Example] = []
    try:
        with guest.reading() as con:
            hit = effect.new if effect else ()
            found += _first(guest, rule, con, hit[:_TRIED], is_hit=True)
            wanted = {"but": list(hit), "at_most": _TRIED}
            quiet = [order_id for (order_id,) in sql.run(con, "console/rules/select_quiet_orders", wanted)]
            found += _first(guest, rule, con, quiet, is_hit=False)
            at = _local(guest.report.as_of, guest)
    except StoreError:
        at = _local(guest.site.now(), guest)
    for each in _ORDINARY:
        if len(found) < 2:  # noqa: PLR2004 - so many a file must have
            found.append(_as_found(guest, rule, each.model_copy(update={"as_of": at})))
    return "\n".join(_written(each) for each in found)


def kept_examples(text: str) -> str:
    """Return the examples of a rule's file as it writes them."""
    return dedent(text.partition("\nexamples:\n")[2]).strip("\n")


def _first(
    guest: Guest, rule: Rule, con: duckdb.DuckDBPyConnection, order_ids: Iterable[str], *, is_hit: bool
) -> Iterator[Example]:
    """Yield an example of the first order whose own records say of it what was found; at most one."""
    name = "found among the orders" if is_hit else "look-alike, not found"
    for order_id in order_ids:
        example = replace_people(guest, rule, con, order_id).model_copy(update={"name": name})
        try:
            example = _as_found(guest, rule, example)
        except ConfigurationError:
            continue
        if ("A" in example.hit) == is_hit:
            yield example
            return


def replace_people(guest: Guest, rule: Rule, con: duckdb.DuckDBPyConnection, order_id: str) -> Example:
    """Return the records that a rule looks at, of an order and of those around it, as nobody's records."""
    as_of, names = guest.report.as_of, _Names()
    looks_around = any(declaration_of(rule.request(look)).moves_with.looks_at_others for look in rule.looks)
    wanted = {"order_id": order_id, "at_most": _MOST_NEAR if looks_around else 1}
    near: dict[str, str | None] = dict(sql.run(con, "console/rules/select_orders_near", wanted))
    columns = _columns_of(rule)
    feeds: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for each, address in near.items():
        rows = read_order(con, each, as_of)
        newest = {(record.feed, record.record): record for record in rows.records} if rows else {}
        for record in newest.values():
            if record.feed in columns:
                row = _row(record, columns[record.feed], names, guest)
                if record.feed == "storefront_orders" and address:
                    row["street"] = f"文三路{names.number('address', address)}号"
                feeds[record.feed].append(row)
    return Example(name="of an order", as_of=_local(as_of, guest), feeds=dict(feeds))


def _row(record: Record, columns: frozenset[str], names: _Names, guest: Guest) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column, value in record.content.items():
        if column == "order_id":
            row[column] = names.order(value)
        elif column not in columns or column in _PEOPLE or column == "street":
            continue
        elif column in _CALLED:
            row[column] = names.called(column, value)
        elif column in _NUMBERS:
            row[column] = Decimal(value)
        else:
            row[column] = _local(datetime.fromisoformat(value), guest) if column.endswith("_at") else value
    return row


def _columns_of(rule: Rule) -> dict[str, frozenset[str]]:
    """Return the columns of each feed that a rule looks at, and those that hold records together."""
    columns: defaultdict[str, set[str]] = defaultdict(set)
    columns["storefront_orders"] |= _ALWAYS
    for inputs in inputs_of(rule.looks):
        for own_feed, named in [*inputs.needs.items(), *inputs.judges_by.items(), *inputs.refined_by.items()]:
            for feed, column in (each for name in named for each in alternatives(own_feed, name)):
                columns[feed] |= {column, *_ALWAYS}
    if "tms_events" in columns:
        columns["wms_shipments"] |= _ALWAYS
    return {feed: frozenset(named) for feed, named in columns.items()}


def _as_found(guest: Guest, rule: Rule, example: Example) -> Example:
    """Return an example that expects what its rule says of it. Raises ConfigurationError."""
    bare = example.model_copy(update={"hit": (), "explained": {}})
    alone = rule.model_copy(update={"examples": (bare,)})
    catalogue = Catalogue({**guest.plan.catalogue.rules, rule.id: alone}, declared_features())
    for each in disagreements(guest.plan.settings, catalogue, {rule.id}):
        return bare.model_copy(update={"hit": each.found.hit, "explained": dict(each.found.explained)})
    return bare


def _written(example: Example) -> str:
    lines = [f"- name: {flow(example.name)}", f"  as_of: {example.as_of}", "  feeds:"]
    for feed, rows in example.feeds.items():
        lines += [f"    {feed}:", *(f"      - {flow(row)}" for row in rows)]
    if not example.feeds:
        lines[-1] = "  feeds: {}"
    if example.hit:
        lines.append(f"  hit: {flow(list(example.hit))}")
    if example.explained:
        lines.append(f"  explained: {flow(dict(example.explained))}")
    return "\n".join(lines)


def _local(instant: datetime, guest: Guest) -> str:
    return instant.astimezone(guest.plan.settings.zone).strftime("%Y-%m-%d %H:%M:%S")
