"""What the ERP and the warehouses export.

What belongs here: `erp_orders`, `wms_shipments`, `wms_shipment_lines`, `wms_stock`. What does not: what
carriers see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from orderhealth_pipeline.simulate.feeds.columns import (
    counts,
    document_ids,
    instants,
    latest_status,
    nullable,
    order_ids,
    sorted_feed,
)
from orderhealth_pipeline.simulate.goods import Catalogue
from orderhealth_pipeline.simulate.plan import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    ErpRecord,
    Indices,
    Instants,
    Mask,
    Milestone,
    Plan,
    Rows,
    scatter,
)
from orderhealth_pipeline.simulate.vocabulary import choose, operations, pick

DAYS_OF_SHIPMENT_LINES = 7
SECOND = 2
PACKED_EARLY_SHARE = 0.6
STOCK_COUNT_HOURS = (0, 24)
FEWEST_PIECES, MOST_PIECES = 1000, 3000
"""On hand in one warehouse; no shop of a possible size has as many on order of one SKU."""


@dataclass(frozen=True)
class Parcels:
    """One element per shipment: its order, its number within it (1, 2), its seconds after the first one."""

    rows: Rows
    number: Indices
    lag: Instants

    def at(self, plan: Plan, milestone: Milestone) -> Instants:
        """When every parcel reaches the milestone."""
        return plan.at(milestone)[self.rows] + self.lag

    def voided(self, plan: Plan) -> Mask:
        """Which labels were cancelled after they had left the printer for good, and replaced by another."""
        first: Mask = plan.flags["first_label_voided"][self.rows] & (self.number == 1)
        return first


def parcels_of(plan: Plan) -> Parcels:
    """The shipments that warehouses have received by `as_of`; a second one follows the first by minutes."""
    second = np.flatnonzero(plan.parcels == SECOND)
    rows = np.concatenate([np.arange(plan.orders), second])
    number = np.concatenate([np.ones(plan.orders, dtype=np.int64), np.full(len(second), SECOND)])
    lag = np.where(number == SECOND, MINUTE + scatter(rows, 10 * MINUTE), 0)
    received = plan.at(Milestone.RECEIVED)[rows] + lag <= plan.as_of
    return Parcels(rows[received], number[received], lag[received])


def waybills(plan: Plan, parcels: Parcels, carrier: Indices) -> pl.Series:
    """Waybill numbers; null before printing and for parcels that left without one."""
    codes = [entry.code for entry in operations().carriers]
    frame = pl.DataFrame(
        {
            "code": pick(codes, carrier[parcels.rows]),
            "number": scatter(parcels.rows, 10**11),
            "parcel": parcels.number,
        }
    )
    text = pl.concat_str(
        "code", pl.col("number").cast(pl.String).str.zfill(11), pl.col("parcel").cast(pl.String)
    )
    printed = parcels.at(plan, Milestone.PRINTED) <= plan.as_of
    return nullable(frame.select(text).to_series(), printed & ~plan.flags["without_waybill"][parcels.rows])


def erp_orders(plan: Plan) -> pl.DataFrame:
    """One row per version of an ERP record; a split order has two records."""
    known = np.flatnonzero(plan.happened(Milestone.SYNCED))
    split = known[plan.erp_record[known] == ErpRecord.SPLIT]
    status, updated = _erp_state(plan)
    shipped = plan.at(Milestone.ERP_SHIPPED)
    synced = plan.at(Milestone.SYNCED)
    before = known[plan.flags["several_versions"][known] & (updated[known] > synced[known])]
    rows = np.concatenate([known, split, before])
    copy = np.concatenate(
        [np.ones(len(known), dtype=np.int64), np.full(len(split), SECOND), np.ones(len(before), dtype=int)]
    )
    columns = {
        "erp_id": document_ids("E", rows, copy),
        "order_id": order_ids(rows),
        "synced_at": instants(synced[rows], plan.as_of),
        "status": pl.Series(np.concatenate([status[known], status[split], np.full(len(before), "received")])),
        "shipped_at": instants(
            np.concatenate([shipped[known], shipped[split], np.full(len(before), NEVER)]), plan.as_of
        ),
        "updated_at": instants(np.concatenate([updated[known], updated[split], synced[before]]), plan.as_of),
    }
    return sorted_feed(columns, ["updated_at", "erp_id"])


def wms_shipments(plan: Plan, parcels: Parcels, carrier: Indices, rng: np.random.Generator) -> pl.DataFrame:
    """One row per version of a shipment."""
    warehouse = choose(operations().warehouses, rng, plan.orders)
    status, updated = _wms_state(plan, parcels, rng.random(len(parcels.rows)) < PACKED_EARLY_SHARE)
    printed, outbound = parcels.at(plan, Milestone.PRINTED), parcels.at(plan, Milestone.OUTBOUND)
    before = np.flatnonzero(plan.flags["several_versions"][parcels.rows] & (printed < updated))
    shown = np.concatenate([np.arange(len(parcels.rows)), before])
    rows = parcels.rows[shown]
    columns = {
        "shipment_id": document_ids("W", rows, parcels.number[shown]),
        "order_id": order_ids(rows),
        "warehouse": pick(operations().warehouses, warehouse[rows]),
        "printed_at": instants(printed[shown], plan.as_of),
        "outbound_at": instants(np.concatenate([outbound, np.full(len(before), NEVER)]), plan.as_of),
        "carrier": pick([entry.name for entry in operations().carriers], carrier[rows]),
        "waybill_no": waybills(plan, parcels, carrier)[shown],
        "status": pl.Series(np.concatenate([status, np.full(len(before), "printed")])),
        "updated_at": instants(np.concatenate([updated, printed[before]]), plan.as_of),
    }
    return sorted_feed(columns, ["updated_at", "shipment_id"])


def wms_shipment_lines(plan: Plan, parcels: Parcels, catalogue: Catalogue) -> pl.DataFrame:
    """One row per shipment and SKU, of the last days' shipments: warehouses keep no longer archive online."""
    recent = np.flatnonzero(parcels.at(plan, Milestone.RECEIVED) > plan.as_of - DAYS_OF_SHIPMENT_LINES * DAY)
    shipment, line = np.nonzero(plan.sku[parcels.rows[recent]] >= 0)
    shipment = recent[shipment]
    rows, number = parcels.rows[shipment], parcels.number[shipment]
    sku = plan.sku[rows, line]
    sku = np.where(plan.flags["packed_wrongly"][rows] & (line == 0), sku + 1, sku)
    pieces = _pieces_inside(plan, rows, number, line)
    samples = recent[plan.flags["sample_inside"][parcels.rows[recent]]]
    columns = {
        "shipment_id": document_ids(
            "W",
            np.concatenate([rows[pieces > 0], parcels.rows[samples]]),
            np.concatenate([number[pieces > 0], parcels.number[samples]]),
        ),
        "sku": catalogue.names(
            np.concatenate([sku[pieces > 0], (plan.sku[parcels.rows[samples], 0] + 1) % catalogue.regular])
        ),
        "quantity": counts(np.concatenate([pieces[pieces > 0], np.ones(len(samples), dtype=np.int64)])),
    }
    return sorted_feed(columns, ["shipment_id", "sku"])


def _pieces_inside(plan: Plan, rows: Rows, number: Indices, line: Indices) -> Indices:
    """How many pieces of an order's line lie in one of its parcels; none where another parcel holds them.

    Two parcels share the lines, or the pieces of a single line. A label that replaces another one stands for
    the same goods.
    """
    whole = plan.quantity[rows, line].astype(np.int64)
    alone = plan.sku[rows, 1] < 0
    second_share = whole // SECOND
    shared = np.where(number == SECOND, second_share, whole - second_share)
    divided = np.where(alone, shared, np.where(line % SECOND == number - 1, whole, 0))
    undivided = (plan.parcels[rows] == 1) | plan.flags["first_label_voided"][rows]
    missing = (plan.flags["packed_short"][rows] & (line == 0)).astype(np.int64)
    pieces: Indices = np.where(undivided, whole, divided) - missing
    return pieces


def wms_stock(plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> pl.DataFrame:
    """One row per warehouse, SKU and count; the latest count is seconds old.

    There is far more of every SKU than is on order, save of those that the catalogue calls scarce: these lie
    in the first warehouse alone, and none of them is reserved.
    """
    names = list(operations().warehouses)
    skus = catalogue.regular + catalogue.reserved
    warehouse, sku, count = np.indices((len(names), skus, len(STOCK_COUNT_HOURS))).reshape(3, -1)
    on_hand = rng.integers(FEWEST_PIECES, MOST_PIECES, size=len(sku))
    reserved = (on_hand * rng.uniform(0, 0.5, size=len(sku))).astype(np.int64)
    scarce = np.full(skus, -1, dtype=np.int64)
    scarce[list(catalogue.scarce)] = list(catalogue.scarce.values())
    is_scarce = scarce[sku] >= 0
    columns = {
        "warehouse": pick(names, warehouse),
        "sku": catalogue.names(sku),
        "counted_at": instants(plan.as_of - 2 - np.array(STOCK_COUNT_HOURS)[count] * HOUR, plan.as_of),
        "on_hand": counts(np.where(is_scarce, np.where(warehouse == 0, scarce[sku], 0), on_hand)),
        "reserved": counts(np.where(is_scarce, 0, reserved)),
    }
    return sorted_feed(columns, ["counted_at", "warehouse", "sku"])


def _erp_state(plan: Plan) -> tuple[np.ndarray, Instants]:
    synced = plan.at(Milestone.SYNCED)
    decided = np.minimum(synced + 2 * MINUTE, np.maximum(synced, plan.as_of))
    return latest_status(
        [
            ("received", synced),
            ("merged", np.where(plan.erp_record == ErpRecord.MERGED, decided, NEVER)),
            ("split", np.where(plan.erp_record == ErpRecord.SPLIT, decided, NEVER)),
            ("approved", plan.at(Milestone.RECEIVED)),
            ("to_ship", plan.at(Milestone.PRINTED)),
            ("shipped", plan.at(Milestone.ERP_SHIPPED)),
            ("cancelled", plan.moments["cancelled"]),
        ],
        plan.as_of,
    )


def _wms_state(plan: Plan, parcels: Parcels, packs_early: Mask) -> tuple[np.ndarray, Instants]:
    printed, outbound = parcels.at(plan, Milestone.PRINTED), parcels.at(plan, Milestone.OUTBOUND)
    packed = np.where(packs_early, np.minimum(printed + 15 * MINUTE, outbound), NEVER)
    held = (plan.parcels_on_hold[parcels.rows] & parcels.number) > 0
    called_off = np.where(plan.flags["shipment_cancelled"][parcels.rows], printed + HOUR, NEVER)
    called_off = np.where(parcels.voided(plan), outbound + HOUR, called_off)
    withdrawn = np.where(plan.flags["warehouse_unaware"], NEVER, plan.moments["cancelled"])[parcels.rows]
    return latest_status(
        [
            ("received", parcels.at(plan, Milestone.RECEIVED)),
            ("printed", printed),
            ("packed", packed),
            ("shipped", outbound),
            ("on_hold", np.where(held, printed + 10 * MINUTE, NEVER)),
            ("cancelled", np.minimum(called_off, withdrawn)),
        ],
        plan.as_of,
    )
