"""`/orders/ID`: one order's life over all systems; `/search`: finding it.

What belongs here: the values of `order.html.j2` and `search.html.j2`. What does not: what rows mean
(orders/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.links import page_of_order
from orderhealth_pipeline.console.orders.around import bars, other_events
from orderhealth_pipeline.console.orders.chart import life_chart
from orderhealth_pipeline.console.orders.life import fact_events, record_events, shown
from orderhealth_pipeline.console.orders.read import OrderRows, read_order
from orderhealth_pipeline.console.orders.vocabulary import Vocabulary, vocabulary
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.unmasking import Unmasked, unmask
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.report.render.terminal_why import why_lines
from orderhealth_pipeline.report.words.sentences import finding_sentence

_FOUND_AT_MOST: Final = 50
_ADDRESS: Final = ("receiver", "phone", "province", "city", "district", "street")


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of an order's page. Raises HTTPException (404) where nobody knows the order."""
    return _values(visit, visit.request.path_params["order_id"])


def show_unmasked(visit: Visit) -> Mapping[str, Any]:
    """Return the same with the person unmasked, for the reason that a form says; the audit log keeps it."""
    order_id, refused = visit.text("order"), ""
    person: Unmasked | None = None
    try:
        person = unmask(visit.site, visit.person, order_id, visit.text("why"))
    except OrderHealthError as error:
        refused = error.in_locale(visit.locale)
    names = vocabulary(visit.locale)
    told = [
        (names.column(name), value)
        for name, value in (person.model_dump(exclude={"order_id"}) if person else {}).items()
        if value
    ]
    return {**_values(visit, order_id), "unmasked": told, "unmask_refused": refused}


def _values(visit: Visit, order_id: str) -> dict[str, Any]:
    as_of = visit.report.as_of
    with visit.reading() as con:
        rows = read_order(con, order_id, as_of)
    if rows is None:
        raise HTTPException(404)
    names, zone, rules = vocabulary(visit.locale), visit.plan.settings.zone, visit.plan.catalogue.rules

    def title(rule_id: str) -> str:
        rule = rules.get(rule_id)
        return rule_id if rule is None else rule.title.in_locale(visit.locale)

    def sentence(rule_id: str, evidence: str | None) -> str:
        rule = rules.get(rule_id)
        return rule_id if rule is None else finding_sentence(rule, evidence, locale=visit.locale, zone=zone)

    found = bars(rows, sentence, title, zone)
    events = record_events(rows.records, names, zone) or fact_events(rows, names, zone)
    events = sorted(
        [*events, *other_events(rows, visit.words, zone, visit.person_name)], key=lambda event: event.at
    )
    told = visit.words("life_of", order=order_id)
    return {
        "order_id": order_id,
        "bars": found,
        "events": events,
        "systems": names.systems,
        "has_records": bool(rows.records),
        "charts": [
            life_chart(events, found, names.systems, as_of, size=size, title=told)
            for size in ("phone", "desk")
        ],
        "cases": [
            {**case, "title": title(case["rule_id"]), "owner": visit.role_title(case["owner"])}
            for case in rows.cases
        ],
        "why": list(why_lines(rows.why, title, visit.role_title, visit.locale, zone)),
        "unmasked": [],
        "unmask_refused": "",
        **_facts(rows, names),
    }


def _facts(rows: OrderRows, names: Vocabulary) -> dict[str, Any]:
    """Return what the newest versions of its records say: the order, its address, lines and parcels."""
    newest: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for record in rows.records:
        newest[record.feed][record.record] = record.content
    order = next(iter(newest["storefront_orders"].values()), {})
    if not order and rows.fact:
        order = {key: str(value) for key, value in rows.fact.items() if value is not None}
        order["status"] = order.get("status_storefront", "")

    def told(content: Mapping[str, str], *columns: str) -> list[tuple[str, str]]:
        return [
            (names.column(name), shown(name, content[name], names)) for name in columns if content.get(name)
        ]

    return {
        "order": told(order, "status", "amount", "currency", "shop", "buyer_id"),
        "address": told(order, *_ADDRESS),
        "lines": [
            {name: shown(name, content.get(name, ""), names) for name in ("sku", "quantity", "unit_price")}
            for content in newest["storefront_order_lines"].values()
        ],
        "parcels": [
            told(content, "shipment_id", "warehouse", "carrier", "waybill_no", "status")
            for content in newest["wms_shipments"].values()
        ],
        "payments": [
            told(content, "payment_id", "method", "amount", "status")
            for content in newest["payments"].values()
        ],
    }


def search(visit: Visit) -> Mapping[str, Any] | Response:
    """Return what a text names; where it is one order alone, its page at once."""
    text = visit.request.query_params.get("q", "").strip()[:100]
    orders: list[dict[str, Any]] = []
    kinds: dict[str, str] = {}
    if text:
        asked = {"text": text, "at_most": _FOUND_AT_MOST}
        with visit.reading() as con:
            kinds = dict(sql.run(con, "console/orders/find_orders", asked)) or dict(
                sql.run(con, "console/orders/find_order_itself", asked)
            )
            if len(kinds) == 1 and "order" in next(iter(kinds.values())):
                return RedirectResponse(page_of_order(next(iter(kinds))), 303)
            if kinds:
                orders = sql.read(
                    con, "console/orders/select_found_orders", {"order_ids": list(kinds)}
                ).to_dicts()
    names = vocabulary(visit.locale)
    for order in orders:
        order["status"] = names.word(order["status_storefront"] or "")
        order["placed_at"] = order["placed_at"] and order["placed_at"].astimezone(visit.plan.settings.zone)
        order["by"] = [visit.words.word("found_by", kind) for kind in kinds[order["order_id"]].split()]
    return {"text": text, "orders": orders, "is_cut": len(kinds) == _FOUND_AT_MOST}
