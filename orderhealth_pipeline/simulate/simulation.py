"""The simulation as a whole: from a scenario's name to eleven feeds and what is true about them.

What belongs here: the order of the steps. What does not: any step. Everything is drawn from the seed; the
same scenario, number of orders, seed and instant give the same frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.simulate.arrivals import draw_instants
from orderhealth_pipeline.simulate.background import (
    LATEST_ORDERS,
    shape_background,
    shape_latest,
    write_everyday_variety,
)
from orderhealth_pipeline.simulate.carriers import leave_unscanned
from orderhealth_pipeline.simulate.faults import apply_faults
from orderhealth_pipeline.simulate.feeds.after_sales import customers, feedback, returns
from orderhealth_pipeline.simulate.feeds.columns import order_ids
from orderhealth_pipeline.simulate.feeds.fulfilment import (
    erp_orders,
    parcels_of,
    wms_shipment_lines,
    wms_shipments,
    wms_stock,
)
from orderhealth_pipeline.simulate.feeds.payments import payments
from orderhealth_pipeline.simulate.feeds.storefront import storefront_order_lines, storefront_orders
from orderhealth_pipeline.simulate.feeds.tracking import tms_events
from orderhealth_pipeline.simulate.goods import Catalogue, catalogue_for, fill_baskets
from orderhealth_pipeline.simulate.people import MOST_ADDRESSES
from orderhealth_pipeline.simulate.plan import Plan, random_for
from orderhealth_pipeline.simulate.scenarios import Scenario, load_scenario
from orderhealth_pipeline.simulate.situations import SITUATIONS, allot
from orderhealth_pipeline.simulate.situations.block import ANOMALY, BENIGN, Block, TruthBook
from orderhealth_pipeline.simulate.timeline import live
from orderhealth_pipeline.simulate.vocabulary import choose, operations

MOST_ORDERS = MOST_ADDRESSES // 2
SYSTEM_RULE = "pickup_gap"


@dataclass(frozen=True)
class Simulation:
    """A simulated shop at `as_of`.

    `feeds` holds all eleven feeds by name, with UTC instants and decimal money. `truth` has one row per order
    and rule that is either hit (`anomaly`) or looks like it (`benign`): order_id (null for a rule on the
    whole system), rule_id, verdict, cause.
    """

    scenario: str
    orders: int
    seed: int
    as_of: datetime
    feeds: dict[str, pl.DataFrame]
    truth: pl.DataFrame


def simulate(scenario: str, orders: int, seed: int, as_of: datetime | None = None) -> Simulation:
    """Simulate a shop with known anomalies and look-alikes.

    Args:
        scenario: an entry of `scenarios.yml`.
        orders: how many different orders the feeds hold.
        seed: a whole number from 0; the same seed gives the same frames.
        as_of: the instant at which the feeds were exported, with a time zone, cut to the second; default: the
            scenario's own. The newest event lies two seconds or less before it.

    Raises:
        ConfigurationError: an unknown scenario, a negative seed, or an instant without a time zone.
        UnusableInputError: fewer or more orders than the scenario can hold.
    """
    parameters = load_scenario(scenario)
    if not parameters.smallest <= orders <= MOST_ORDERS:
        raise UnusableInputError(
            Message(
                "the scenario '{scenario}' holds {smallest} to {most_orders} orders, not {orders}",
                scenario=scenario,
                smallest=parameters.smallest,
                most_orders=MOST_ORDERS,
                orders=orders,
            )
        )
    if seed < 0:
        raise ConfigurationError(Message("the seed is a whole number from 0, not {seed}", seed=seed))
    instant = parameters.instant(as_of)
    catalogue = catalogue_for(orders, random_for(seed, "catalogue"))
    truth = TruthBook()
    plan = plan_orders(parameters, orders, seed, int(instant.timestamp()), catalogue, truth)
    feeds = export_feeds(plan, catalogue, seed)
    told = _truth_frame(truth, parameters)
    feeds = apply_faults(feeds, parameters.faults, instant, order_ids(truth.everyday))
    return Simulation(scenario, orders, seed, instant, feeds, told)


def plan_orders(
    scenario: Scenario, orders: int, seed: int, as_of: int, catalogue: Catalogue, truth: TruthBook
) -> Plan:
    """Plan the life of every order: undisturbed first; then background and situations reshape their orders'.

    `as_of` is in seconds since 1970; what is true then is noted in `truth`.
    """
    plan = Plan.of(orders, as_of)
    placed = draw_instants(scenario.arrivals, as_of, random_for(seed, "arrivals"), orders)
    live(plan, placed, scenario, random_for(seed, "timeline"))
    fill_baskets(plan, catalogue, random_for(seed, "baskets"))
    write_everyday_variety(plan, random_for(seed, "variety"), scenario.background)
    dealt, rest = allot(scenario, as_of - placed, random_for(seed, "allotment"))
    latest, everyday = rest[:LATEST_ORDERS], rest[LATEST_ORDERS:]
    truth.everyday = everyday
    shape_background(plan, everyday, scenario.background, random_for(seed, "background"))
    shape_latest(plan, latest)
    for cause, rows in dealt.items():
        rng = random_for(seed, cause)
        block = Block(cause, rows, plan, catalogue, scenario.arrivals, everyday, rng, truth)
        SITUATIONS[cause].arrange(block)
    if scenario.scanned_share is not None:
        leave_unscanned(plan, scenario.scanned_share, random_for(seed, "carriers"))
    return plan


def export_feeds(plan: Plan, catalogue: Catalogue, seed: int) -> dict[str, pl.DataFrame]:
    """Export all eleven feeds at the plan's `as_of`; it may be later than the instant it was planned for."""
    parcels = parcels_of(plan)
    shares = {carrier.code: carrier.share for carrier in operations().carriers}
    carrier = choose(shares, random_for(seed, "carrier"), plan.orders)
    return {
        "storefront_orders": storefront_orders(plan, random_for(seed, "storefront")),
        "storefront_order_lines": storefront_order_lines(plan, catalogue),
        "payments": payments(plan, random_for(seed, "payments")),
        "erp_orders": erp_orders(plan),
        "wms_shipments": wms_shipments(plan, parcels, carrier, random_for(seed, "warehouses")),
        "wms_shipment_lines": wms_shipment_lines(plan, parcels, catalogue),
        "wms_stock": wms_stock(plan, catalogue, random_for(seed, "stock")),
        "tms_events": tms_events(plan, parcels, carrier),
        "feedback": feedback(plan, random_for(seed, "feedback")),
        "returns": returns(plan, random_for(seed, "returns")),
        "customers": customers(plan, random_for(seed, "customers")),
    }


def _truth_frame(truth: TruthBook, scenario: Scenario) -> pl.DataFrame:
    """One row per order and rule, and one without an order for each rule on the whole system."""
    parts = [
        pl.DataFrame({"order_id": order_ids(np.asarray(rows))}).with_columns(
            rule_id=pl.lit(rule_id), verdict=pl.lit(verdict), cause=pl.lit(cause)
        )
        for rows, rule_id, verdict, cause in truth.entries
    ]
    falls_behind = scenario.scanned_share is not None
    system = [
        (
            SYSTEM_RULE,
            ANOMALY if falls_behind else BENIGN,
            "carriers_fall_behind" if falls_behind else "carriers_keep_up",
        ),
        *((rule_id, ANOMALY, cause) for rule_id, cause in scenario.faults.system_rules),
    ]
    whole = pl.DataFrame([(None, *row) for row in system], schema=parts[0].schema, orient="row")
    return (
        pl.concat([*parts, whole])
        .filter(~pl.col("rule_id").is_in(scenario.faults.blind_rules))
        .sort("rule_id", "order_id")
    )
