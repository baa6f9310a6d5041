"""What people said, as an evaluation knows it: one more input, with event times.

What belongs here: reading the log, and finding what it speaks of. What does not: what a word does to a
finding (rules/said.py), and keeping words (desk/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from orderhealth_pipeline.desk.reading import read_said_at
from orderhealth_pipeline.frames import FINDINGS_SCHEMA, VisibleFeeds
from orderhealth_pipeline.orders.address.key import PART_SEPARATOR, address_key
from orderhealth_pipeline.pipeline.cases.closed_cases import expanded_log
from orderhealth_pipeline.pipeline.evaluation.feeds_at import FeedsAt
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.blindness import blindness_of_rule
from orderhealth_pipeline.rules.exceptions import said_in_file
from orderhealth_pipeline.rules.said import (
    COLUMN_OF,
    RECORDS,
    VERDICTS,
    WORDS,
    changed_words,
    spoken_of,
    values_about,
    with_words,
    without_words,
    words_in_force,
)
from orderhealth_pipeline.store.evaluation import EvaluationMark
from orderhealth_pipeline.store.publish.address_secret import read_secret
from orderhealth_pipeline.store.spoken import (
    find_spoken_orders,
    read_published_addresses,
    read_resolutions,
    read_said,
    read_spoken_columns,
    reassess_reworded,
)

_COLUMNS: Final = tuple(column for column in COLUMN_OF.values() if column != "order_id")
_OF_RECORDS: Final = {
    "storefront_order_lines": ("order_id", "sku", "quantity"),
    "wms_shipments": ("order_id", "waybill_no", "status"),
    "tms_events": ("order_id", "waybill_no"),
}
_PUBLISHED_KEY: Final = re.compile("[0-9a-f]{24}")


@dataclass(frozen=True)
class Spoken:
    """What people said: the whole `log` (SAID), the `words` in force (WORDS), and those `changed` since.

    `records` are the SKUs and waybills of orders that they speak of (RECORDS). `reworded` are findings of
    orders that are not evaluated again and that changed words speak of, as they are without any word;
    `orders` says of these orders what people may speak of.
    """

    log: pl.DataFrame
    words: pl.DataFrame
    changed: pl.DataFrame
    records: pl.DataFrame
    reworded: pl.DataFrame
    orders: pl.DataFrame

    def label(self, findings: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
        """Return findings and the reworded ones, explained where a word says so."""
        known = pl.concat([targets_of(orders), self.orders]).unique("order_id", keep="first")
        return with_words(pl.concat([findings, self.reworded]), known, self.records, self.words)

    def label_system(self, findings: pl.DataFrame) -> pl.DataFrame:
        """Return findings of the whole system, explained where a word says so; none is a reworded one."""
        return with_words(findings, self.orders.clear(), self.records, self.words)


def what_was_said(plan: RunPlan) -> pl.DataFrame:
    """Read all that people said (SAID): the entries of `exceptions.yml`, then those of the desk.

    Raises StoreError where the desk cannot be read.
    """
    return pl.concat([said_in_file(plan.exceptions), read_said_at(plan.settings.desk_address)])


def spoken_at(known: FeedsAt, log: pl.DataFrame, mark: EvaluationMark | None) -> Spoken:
    """Find what the words of a log speak of, and which of them changed since an evaluation, if any."""
    con, zone = known.con, known.plan.settings.zone
    before = expanded_log(con, read_said(con)) if mark else log.clear()
    log = expanded_log(con, log)
    said = pl.concat([log, before]).filter(pl.col("kind").is_in(VERDICTS))
    resolutions = read_resolutions(con, said.select(order_id="value", rule_id="rule_id").unique())
    words = words_in_force(log, known.as_of, zone, resolutions)
    changed = words.clear()
    if mark is not None:
        changed = changed_words(words_in_force(before, mark.as_of, zone, resolutions), words)
    empty = pl.DataFrame(schema=FINDINGS_SCHEMA)
    return Spoken(
        log=log,
        words=_with_addresses(known, words),
        changed=_with_addresses(known, changed),
        records=_records(known, (words, changed)),
        reworded=empty,
        orders=targets_of(empty.select("order_id", **{name: pl.lit(None, pl.String) for name in _COLUMNS})),
    )


def reword(known: FeedsAt, spoken: Spoken, others: pl.DataFrame) -> tuple[Spoken, pl.DataFrame]:
    """Take the findings that changed words speak of out of those that stand; these are written again."""
    if spoken.changed.is_empty() or others.is_empty():
        return spoken, others
    feeds = VisibleFeeds(known.as_of, {}, known.states, known.provided)
    blind = [rule.id for rule in known.plan.catalogue.enabled if blindness_of_rule(rule, feeds).is_total]
    concerned = others.filter(~pl.col("rule_id").is_in(blind))
    rules = spoken.changed["rule_id"]
    if not rules.has_nulls():
        concerned = concerned.filter(pl.col("rule_id").is_in(rules.implode()))
    orders = targets_of(read_spoken_columns(known.con, concerned.select("order_id").unique(), _COLUMNS))
    of_whom = spoken_of(concerned, orders, spoken.records, spoken.changed).select("order_id", "rule_id")
    reworded = concerned.join(of_whom.unique(), on=["order_id", "rule_id"], how="semi")
    if reworded.is_empty():
        return spoken, others
    reassess_reworded(known.con, reworded)
    standing = others.join(reworded, on=["order_id", "rule_id"], how="anti", nulls_equal=True)
    orders = orders.join(reworded, on="order_id", how="semi")
    found = Spoken(spoken.log, spoken.words, spoken.changed, spoken.records, without_words(reworded), orders)
    return found, standing


def targets_of(orders: pl.DataFrame) -> pl.DataFrame:
    """Return what people may speak of, of orders; addresses without what separates their parts."""
    address = pl.col("address_key").str.replace_all(PART_SEPARATOR, "", literal=True)
    return orders.select("order_id", *_COLUMNS).with_columns(address_key=address)


def _with_addresses(known: FeedsAt, words: pl.DataFrame) -> pl.DataFrame:
    """Read the addresses that words are about: as keys, as the keys of the published copy, or as typed."""
    values = values_about([words], "address")
    if not values:
        return words
    published = [value for value in values if _PUBLISHED_KEY.fullmatch(value)]
    secret = read_secret(known.plan.store)
    of_published = read_published_addresses(known.con, secret, published).rename({"published_key": "value"})
    nothing, value = pl.col("nothing"), pl.col("value")
    typed = pl.DataFrame({"value": values, "nothing": [""] * len(values)}).with_columns(
        address_key=pl.when(value.str.contains(PART_SEPARATOR, literal=True))
        .then(value)
        .otherwise(address_key(nothing, nothing, nothing, value, pl.lit(value=False)))
    )
    keys = pl.concat(
        [of_published.select("value", "address_key"), typed.select("value", "address_key")]
    ).with_columns(
        pl.col("address_key").str.replace_all(PART_SEPARATOR, "", literal=True), about=pl.lit("address")
    )
    found = words.join(keys, on=["about", "value"], how="left")
    return found.with_columns(value=pl.coalesce("address_key", "value")).select(list(WORDS))


def _records(known: FeedsAt, words: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Read which orders have a line of a SKU, or a parcel of a waybill, that is spoken of (RECORDS)."""
    skus, waybills = values_about(words, "sku"), values_about(words, "waybill")
    if not skus and not waybills:
        return pl.DataFrame(schema=RECORDS)
    find_spoken_orders(known.con, list(known.provided), skus, waybills)
    feeds = known.feeds_of_orders(_OF_RECORDS, "spoken_orders")
    lines = feeds["storefront_order_lines"].filter(pl.col("quantity") > 0)
    parcels = feeds["wms_shipments"].filter(pl.col("status").fill_null("") != "cancelled")
    told = feeds["tms_events"].drop_nulls("order_id")
    of_orders = [
        (lines, "sku", "sku", skus),
        (parcels, "waybill", "waybill_no", waybills),
        (told, "waybill", "waybill_no", waybills),
    ]
    found = [
        frame.filter(pl.col(column).is_in(values)).select(
            about=pl.lit(kind), value=pl.col(column), order_id="order_id"
        )
        for frame, kind, column, values in of_orders
    ]
    return pl.concat(found).unique()
