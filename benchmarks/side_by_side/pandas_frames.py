"""The feeds and the orders as pandas frames, for the two contenders that work with pandas.

What belongs here: reading what counted at an instant, and one row per order with what every system says of
it. What does not: the rules. Unlike the pipeline this trusts the files: nothing is checked, quarantined or
kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import phonenumbers

Feeds = dict[str, pd.DataFrame]

STANDING = ["succeeded", "partially_refunded"]
SUCCEEDED = [*STANDING, "refunded"]
DEAD = ["cancelled", "closed"]
SCANS = [
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
]
FINISHED = ["delivered", "returned", "lost"]

# Every door that the simulator writes is a number before one of these words, or a building with a letter. The
# pipeline knows many more forms.
DOOR = r"[0-9零〇一二三四五六七八九十百]+[号栋座室]|[A-Z]座"
EXTENSION = r"-[0-9]{1,6}$"

# Spaces and punctuation do not matter, but 12-3 (building 12, room 3) is not 123.
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
ELSEWHERE = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


@dataclass(frozen=True)
class Feed:
    """How a feed is read: its key, its columns, and which of them are instants."""

    key: list[str]
    columns: list[str]
    instants: list[str]
    occurs_at: str | None = None

    @property
    def has_versions(self) -> bool:
        """Say whether rows carry the instant at which they began to be true."""
        return "updated_at" in self.instants


FEEDS = {
    "storefront_orders": Feed(
        ["order_id"],
        [
            "order_id",
            "buyer_id",
            "status",
            "phone",
            "province",
            "city",
            "district",
            "street",
            "address_masked",
        ],
        ["placed_at", "address_changed_at", "updated_at"],
        occurs_at="placed_at",
    ),
    "storefront_order_lines": Feed(
        ["order_id", "line_no"], ["order_id", "line_no", "sku", "quantity", "unit_price"], []
    ),
    "payments": Feed(["payment_id"], ["payment_id", "order_id", "status"], ["paid_at", "updated_at"]),
    "erp_orders": Feed(
        ["erp_id"],
        ["erp_id", "order_id", "status"],
        ["synced_at", "shipped_at", "updated_at"],
        occurs_at="synced_at",
    ),
    "wms_shipments": Feed(
        ["shipment_id"],
        ["shipment_id", "order_id", "waybill_no", "status"],
        ["printed_at", "outbound_at", "updated_at"],
    ),
    "tms_events": Feed(
        ["waybill_no", "event_at", "status"],
        ["waybill_no", "order_id", "status"],
        ["event_at"],
        occurs_at="event_at",
    ),
    "feedback": Feed(
        ["ticket_id"], ["ticket_id", "order_id", "kind"], ["opened_at", "closed_at"], occurs_at="opened_at"
    ),
    "returns": Feed(
        ["return_id"], ["return_id", "order_id"], ["requested_at", "updated_at"], occurs_at="requested_at"
    ),
}


def read_feeds(folder: Path, as_of: datetime) -> Feeds:
    """Read of every feed the version of each row that counts at `as_of`; later instants are null."""
    feeds = {name: _read_feed(folder / f"{name}.csv", feed, as_of) for name, feed in FEEDS.items()}
    feeds["tms_events"] = _own_events(feeds)
    lines = feeds["storefront_order_lines"]
    lines["quantity"] = lines["quantity"].astype("int64")
    # Amounts of the feeds have two decimals; whole cents compare exactly, floats do not.
    lines["cents"] = (lines.pop("unit_price").astype("float64") * 100).round().astype("int64")
    return feeds


def _own_events(feeds: Feeds) -> pd.DataFrame:
    """Leave out what was scanned before the order was placed: another parcel had the number then."""
    events = feeds["tms_events"]
    placed = feeds["wms_shipments"].merge(
        feeds["storefront_orders"][["order_id", "placed_at"]], on="order_id"
    )
    placed_at = events["waybill_no"].map(placed.groupby("waybill_no")["placed_at"].min())
    return events[~(events["event_at"] < placed_at)]


def _read_feed(file: Path, feed: Feed, as_of: datetime) -> pd.DataFrame:
    frame = pd.read_csv(
        file, usecols=feed.columns + feed.instants, dtype=str, keep_default_na=False, na_values=[""]
    )
    for column in feed.instants:
        frame[column] = pd.to_datetime(frame[column], format="ISO8601", utc=True)
    if feed.occurs_at is not None:
        frame = frame[frame[feed.occurs_at] <= as_of]
    if feed.has_versions:
        frame = frame[~(frame["updated_at"] > as_of)]
        frame = frame.sort_values("updated_at", kind="stable", na_position="first")
    frame = frame.drop_duplicates(feed.key, keep="last").reset_index(drop=True)
    for column in set(feed.instants) - {feed.occurs_at, "updated_at"}:
        frame[column] = frame[column].where(frame[column] <= as_of)
    return frame


def describe_orders(feeds: Feeds, as_of: datetime) -> pd.DataFrame:
    """Put together what every system says of an order: one row per order, the index is order_id.

    placed_at, buyer_id, basket, address_key, address_changed_at, is_masked, street (in half-width
    forms), phone_valid, is_dead,
    was_ever_paid, paid_at, erp_synced_at, erp_shipped_at, first_outbound_at, picked_up_at,
    delivery_claimed_at, is_active.
    """
    orders = feeds["storefront_orders"].set_index("order_id")
    orders["is_dead"] = orders["status"].isin(DEAD)
    _add_address(orders)
    orders["basket"] = _baskets(feeds["storefront_order_lines"])
    is_refunded = _add_payments(orders, feeds["payments"])
    erp = feeds["erp_orders"]
    orders["erp_synced_at"] = erp.groupby("order_id")["synced_at"].min()
    orders["erp_shipped_at"] = erp[erp["status"] != "cancelled"].groupby("order_id")["shipped_at"].min()
    delivered_at, is_returned = _add_parcels(orders, feeds)
    tickets = feeds["feedback"]
    has_open_ticket = orders.index.isin(tickets.loc[tickets["closed_at"].isna(), "order_id"])
    is_settled = (orders["status"] == "completed") | (delivered_at < as_of - pd.Timedelta(days=7))
    orders["is_active"] = ~(orders["is_dead"] | is_refunded | is_returned | (is_settled & ~has_open_ticket))
    return orders


def waybills(events: pd.DataFrame) -> pd.DataFrame:
    """Sum up the carrier's events: one row per waybill with its scans, the index is waybill_no."""
    scans = events[events["status"].isin(SCANS)].groupby("waybill_no")["event_at"].agg(["min", "max"])
    by_waybill = scans.set_axis(["first_scan_at", "last_scan_at"], axis="columns")
    delivered = events[events["status"] == "delivered"]
    by_waybill["delivered_at"] = delivered.groupby("waybill_no")["event_at"].min()
    for flag, statuses in (("is_finished", FINISHED), ("is_returned", ["returned"])):
        having = events.loc[events["status"].isin(statuses), "waybill_no"]
        by_waybill[flag] = by_waybill.index.isin(having)
    return by_waybill


def _add_address(orders: pd.DataFrame) -> None:
    parts = orders[["province", "city", "district", "street"]].fillna("")
    street = parts["street"].str.normalize("NFKC")
    orders["is_masked"] = (orders["address_masked"] == "true") | street.str.contains("*", regex=False)
    orders["street"] = street
    text = parts["province"] + "|" + parts["city"] + "|" + parts["district"] + "|"
    key = text.str.normalize("NFKC") + street
    for pattern, replacement in ((BETWEEN_DIGITS, "-"), (ELSEWHERE, "")):
        key = key.str.replace(pattern, replacement, regex=True)
    orders["address_key"] = key.str.lower().where(~orders["is_masked"] & (street != ""))
    phones = orders["phone"].fillna("")
    valid = {phone: _is_valid(phone) for phone in phones.unique()}
    orders["phone_valid"] = phones.map(valid)


def _is_valid(phone: str) -> bool:
    """Say whether a number can be called; a masked one is given the benefit of the doubt."""
    return "*" in phone or _is_number(re.sub(EXTENSION, "", phone)) or _is_number(phone)


def _is_number(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _baskets(lines: pd.DataFrame) -> pd.Series:
    items = lines.groupby(["order_id", "sku"], as_index=False)["quantity"].sum()
    items["item"] = items["sku"] + "=" + items["quantity"].astype(str)
    return items.groupby("order_id")["item"].agg("|".join)


def _add_payments(orders: pd.DataFrame, payments: pd.DataFrame) -> pd.Series:
    """Add paid_at and was_ever_paid; give whether all succeeded money was refunded."""
    succeeded = payments[payments["status"].isin(SUCCEEDED) & payments["paid_at"].notna()]
    orders["paid_at"] = succeeded.groupby("order_id")["paid_at"].min()
    orders["was_ever_paid"] = orders["paid_at"].notna()
    standing = succeeded.loc[succeeded["status"].isin(STANDING), "order_id"]
    return orders["was_ever_paid"] & ~orders.index.isin(standing)


def _add_parcels(orders: pd.DataFrame, feeds: Feeds) -> tuple[pd.Series, pd.Series]:
    """Add first_outbound_at, picked_up_at and delivery_claimed_at; give delivered_at and is_returned."""
    shipments, events = feeds["wms_shipments"], feeds["tms_events"]
    own = shipments[["order_id", "waybill_no"]].assign(is_cancelled=shipments["status"] == "cancelled")
    linked = events[["order_id", "waybill_no"]].dropna().drop_duplicates()
    linked = linked.merge(own, on=["order_id", "waybill_no"], how="left")
    carrier_only = linked[linked["is_cancelled"].isna()].assign(is_cancelled=False)
    parcels = pd.concat([own, carrier_only]).merge(
        waybills(events), left_on="waybill_no", right_index=True, how="left"
    )
    parcels["is_returned"] = parcels["is_returned"].eq(other=True)
    counted = parcels[~parcels["is_cancelled"].astype(bool)]
    by_order = counted.groupby("order_id")
    live = shipments[shipments["status"] != "cancelled"]
    orders["first_outbound_at"] = live.groupby("order_id")["outbound_at"].min()
    orders["picked_up_at"] = by_order["first_scan_at"].min()
    orders["delivery_claimed_at"] = parcels.groupby("order_id")["delivered_at"].min()
    under_way = counted.loc[counted["delivered_at"].isna() & ~counted["is_returned"], "order_id"]
    delivered_at = by_order["delivered_at"].max().reindex(orders.index)
    is_returned = by_order["is_returned"].all().reindex(orders.index, fill_value=False)
    return delivered_at.where(~orders.index.isin(under_way)), is_returned


def write_findings(findings: pd.DataFrame, out: Path) -> None:
    """Sort the findings (order_id, rule_id, explained_by) and write them as every contender does."""
    state = findings["explained_by"].isna().map({True: "open", False: "explained"})
    table = findings.assign(state=state)[["order_id", "rule_id", "state", "explained_by"]].astype("str")
    table.sort_values(["order_id", "rule_id"], na_position="last").to_parquet(out, index=False)
