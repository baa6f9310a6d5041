"""Given records in random pieces, late, repeated, corrected and out of order, ticks equal full runs.

The full runs take three orders at a time, so that orders, and versions of one record, meet in several chunks.
Slow: every step of every example is a run over two real stores.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.evaluation import all_orders as everything
from orderhealth_pipeline.pipeline.load_sources import load_feeds
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.said import AboutKind, Said, SaidKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.connection import open_store, transaction

pytestmark = pytest.mark.slow

DESK = "words.db"
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
TABLES = (
    "order_fact",
    "findings",
    "rule_results",
    "health_score",
    "score_attribution",
    "system_funnel",
    "top_orders",
    "source_freshness",
    "unknown_words",
    "reconciliation_breaks",
    "dispatch_queue",
    "process_steps",
    "process_paths",
    "customer_care",
    "cases",
    "case_orders",
    "case_history",
    "response_times",
    "buyer_profile",
    "alerts",
)

MINUTES = (-45000, -43200, -10085, -10080, -1500, -1440, -300, -240, -61, -16, -15, -9, -1, 0, 1, 14, 30, 240)
"""Before and after every window and threshold of the rules, and ahead of the first run."""

WAITS = (0, 1, 5, 15, 120, 239, 1440, 2304, 10081, 43201)
"""Minutes from one run to the next."""

instants = st.sampled_from(MINUTES).map(lambda minutes: (NOON + timedelta(minutes=minutes)).isoformat())
maybe_instants = st.just("") | instants
orders = st.sampled_from([f"O{number}" for number in range(8)])
buyers = st.sampled_from(["B0", "B0", "B1", "B2", "guest", ""])
streets = st.sampled_from(["文三路1号", "文三路1号", "文三路", "学院路2号", "文三路***"])
skus = st.sampled_from(["S0", "S0", "S1"])
waybills = st.sampled_from(["", "W0", "W1", "W2"])
numbers = st.sampled_from(["0", "1", "2"])


def row(**columns: Any) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(columns)


def words(*some: str) -> st.SearchStrategy[str]:
    return st.sampled_from(some)


FEEDS = {
    "storefront_orders": row(
        order_id=orders,
        shop=words("天猫", "京东"),
        buyer_id=buyers,
        placed_at=instants,
        status=words(
            "paid", "created", "created", "shipped", "cancelled", "closed", "completed", "verzonden"
        ),
        amount=words("10", "99.90", "2000"),
        currency=words("CNY", "RMB", "USD", ""),
        phone=words("13812345678", "123"),
        province=st.just("浙江省"),
        street=streets,
        address_changed_at=maybe_instants,
        promised_ship_at=maybe_instants,
        updated_at=maybe_instants,
    ),
    "storefront_order_lines": row(
        order_id=orders,
        line_no=numbers,
        sku=skus,
        quantity=words("1", "1", "2", "5", "0"),
        unit_price=words("10", "9", "1"),
    ),
    "payments": row(
        payment_id=words("P0", "P1", "P2", "P3", "P4"),
        order_id=orders,
        paid_at=maybe_instants,
        amount=words("10", "10", "-10", "-4"),
        method=words("cod", "微信", ""),
        status=words("succeeded", "succeeded", "refunded", "pending"),
        refund_of=words("", "", "P0", "P1"),
        updated_at=maybe_instants,
    ),
    "erp_orders": row(
        erp_id=words("E0", "E1", "E2"),
        order_id=orders,
        synced_at=instants,
        status=words("approved", "shipped", "cancelled", "on_hold"),
        shipped_at=maybe_instants,
        updated_at=maybe_instants,
    ),
    "wms_shipments": row(
        shipment_id=words("H0", "H1", "H2", "H3"),
        order_id=orders,
        warehouse=words("杭州", "广州"),
        printed_at=maybe_instants,
        outbound_at=maybe_instants,
        carrier=words("SF", "ZTO"),
        waybill_no=waybills,
        status=words("printed", "shipped", "cancelled", "on_hold"),
        updated_at=maybe_instants,
    ),
    "wms_shipment_lines": row(
        shipment_id=words("H0", "H1", "H2", "H3"), sku=skus, quantity=words("1", "2", "5")
    ),
    "wms_stock": row(
        warehouse=words("杭州", "广州"),
        sku=skus,
        counted_at=instants,
        on_hand=words("0", "3", "10", "30"),
        reserved=words("", "2"),
    ),
    "tms_events": row(
        waybill_no=words("W0", "W1", "W2"),
        order_id=st.just("") | orders,
        event_at=instants,
        status=words("picked_up", "delivered", "registered", "exception", "returning", "returned", "lost"),
    ),
    "feedback": row(
        ticket_id=words("T0", "T1"),
        order_id=orders,
        opened_at=instants,
        kind=words("not_received", "late"),
        closed_at=maybe_instants,
    ),
    "returns": row(
        return_id=words("R0", "R1", "R2", "R3"),
        order_id=orders,
        requested_at=instants,
        kind=words("return_refund", "refund_only", "refund_only"),
        status=words("requested", "已撤销", ""),
        updated_at=maybe_instants,
    ),
    "customers": row(
        buyer_id=words("B0", "B1", "guest"),
        vip_level=words("", "1", "5"),
        birthday=words("", "1990-11-12", "1988-11-19"),
    ),
}


@dataclass(frozen=True)
class Step:
    """One run: the files that arrive before it (feed, number of the file, rows), and the wait before it."""

    files: list[tuple[str, int, list[dict[str, str]]]] = field(repr=True)
    wait: int
    said: list[Said] = field(default_factory=list)


def files(feed: str) -> st.SearchStrategy[tuple[str, int, list[dict[str, str]]]]:
    return st.tuples(st.just(feed), st.integers(0, 3), st.lists(FEEDS[feed], min_size=1, max_size=8))


VALUES: dict[AboutKind, list[str]] = {
    "order": ["O0", "O1", "O2", "O3", "O4"],
    "buyer": ["B0", "B1", "guest"],
    "address": ["浙江省 文三路1号", "浙江省|||学院路2号"],
    "shop": ["天猫", "京东"],
    "warehouse": ["杭州", "广州"],
    "carrier": ["SF", "ZTO"],
    "sku": ["S0", "S1"],
    "waybill": ["W0", "W1", "W2"],
}
KINDS: tuple[SaidKind, ...] = ("snoozed", "allow_listed", "confirmed", "false_alarm", "undone")
RULES = (
    "paid_not_in_erp",
    "incomplete_address",
    "outbound_overdue",
    "low_price",
    "shared_address",
    "buyer_burst",
    "no_pickup",
)


@st.composite
def words_of_people(draw: st.DrawFn) -> Said:
    """Say something: `at` and `until` are minutes after the run before, as instants after NOON."""
    kind = draw(st.sampled_from(KINDS))
    at = NOON + timedelta(minutes=draw(st.sampled_from([-600, -1, 0, 1, 15])))
    if kind == "undone":
        return Said("undone", "Li", "x", at, "entry", str(draw(st.integers(1, 4))))
    rule = draw(st.sampled_from(RULES))
    if kind in ("confirmed", "false_alarm"):
        return Said(kind, "Li", "x", at, "order", draw(st.sampled_from(VALUES["order"])), rule)
    about = draw(st.sampled_from(["everything", *VALUES]))
    value = None if about == "everything" else draw(st.sampled_from(VALUES[about]))
    until = draw(st.sampled_from([None, at + timedelta(minutes=5), at + timedelta(days=2)]))
    return Said(kind, "Li", "x", at, about, value, draw(st.sampled_from([rule, None])), until)


some_words = st.lists(words_of_people(), max_size=3)
any_file = st.sampled_from(list(FEEDS)).flatmap(files)
first_files = st.tuples(*(files(feed) for feed in FEEDS)).map(list)
first_steps = st.builds(Step, first_files, st.just(0), some_words)
later_steps = st.builds(Step, st.lists(any_file, max_size=3), st.sampled_from(WAITS), some_words)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.builds(Step, first_files, st.just(0), some_words),
    later=st.lists(later_steps, min_size=2, max_size=5),
)
def test_ticks_end_in_what_a_full_run_gives(first: Step, later: list[Step]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        feeds = Path(folder) / "feeds"
        feeds.mkdir()
        as_of = NOON
        for step in (first, *later):
            put(feeds, step)
            say(Path(folder), step, as_of)
            as_of += timedelta(minutes=step.wait)
            ticked = run(Path(folder) / "ticked.duckdb", feeds, as_of, is_full=False)
            patched.setattr(everything, "ORDERS_A_CHUNK", 3)
            rebuilt = run(Path(folder) / "rebuilt.duckdb", feeds, as_of, is_full=True)
            patched.undo()
            for table in TABLES:
                assert ticked[table] == rebuilt[table], table


def put(feeds: Path, step: Step) -> None:
    """Write the files of a step; one with the number of an earlier file takes its place."""
    for feed, number, rows in step.files:
        lines = [",".join(rows[0]), *(",".join(each.values()) for each in rows)]
        (feeds / f"{feed}_{number}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def say(folder: Path, step: Step, before: datetime) -> None:
    """Write down what people say in a step; taking back what nobody said, or twice, is no word."""
    desk, since = Desk(str(folder / DESK)), before - NOON
    for word in step.said:
        at, until = word.at + since, word.until and word.until + since
        if word.kind == "undone":
            with suppress(ConfigurationError):
                desk.undo(int(word.value or 0), who=word.who, why=word.why, at=at)
        else:
            desk.say(replace(word, at=at, until=until))


def run(store: Path, feeds: Path, as_of: datetime, *, is_full: bool) -> dict[str, list[tuple[Any, ...]]]:
    """Run all rules without Great Expectations, which would take most of the time, and read all tables."""
    plan = plan_run(
        Settings().model_copy(update={"store": store, "desk": SecretStr(str(store.with_name(DESK)))}),
        feeds_folder=feeds,
        is_full=is_full,
    )
    rules = {name: rule.model_copy(update={"enabled": True}) for name, rule in plan.catalogue.rules.items()}
    plan = replace(plan, catalogue=replace(plan.catalogue, rules=rules))
    with open_store(store) as con:
        with transaction(con):
            load_feeds(con, plan, as_of)
            outcome = evaluate_store(con, plan, as_of, StageTimes(time.perf_counter), [])
        event(f"a part of the orders: {outcome.assessment.facts.evaluated.height < outcome.orders}")
        return {table: con.execute(f"from {table} order by all").fetchall() for table in TABLES}
