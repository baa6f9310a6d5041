"""The endurance run feeds what is known and nothing else, and tells what grows from what does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest

from benchmarks.endurance import day, page, sizes, verdicts
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.simulate.plan import DAY, NEVER, Milestone, Plan
from orderhealth_pipeline.simulate.simulation import simulate

END = datetime(2026, 11, 10, 12, tzinfo=UTC)
MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Programs:
    """The modules of the endurance run."""

    day: ModuleType
    verdicts: ModuleType
    page: ModuleType
    sizes: ModuleType


@pytest.fixture
def programs() -> Programs:
    return Programs(day, verdicts, page, sizes)


def tick(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "tick": number,
        "seconds": 2.0,
        "processor_seconds": 2.0,
        "fixed_work_seconds": 0.25,
        "peak_gibibytes": 0.5,
        "stages": {"ingest": 1.25, "rules_and_score": 0.5},
        "store": {"file": 100 * MEBIBYTE, "used": 90 * MEBIBYTE, "wal": 0},
        "snapshot": {"file": MEBIBYTE, "used": MEBIBYTE},
        "spare": {"file": MEBIBYTE},
        "dagster": {"all": 20 * MEBIBYTE},
        "in_one_go": 90 * MEBIBYTE,
        "rows": {
            "feeds.payments": 1000,
            "feeds.loads": number,
            "working.orders": 100,
            "findings": 20,
            **dict.fromkeys(("rule_results", "score_attribution", "system_funnel", "top_orders"), 10),
        },
        **changes,
    }


def test_a_row_is_fed_by_the_first_tick_that_can_know_it(programs: Programs) -> None:
    begin, known = programs.day.as_of_tick(END, 0), timedelta(seconds=1)
    at = [begin - timedelta(days=9), begin, begin + known, begin + timedelta(minutes=5), END - known, END]
    rows = pl.DataFrame({"known_at": at}, schema={"known_at": pl.Datetime("us", "UTC")})

    fed = programs.day.with_tick({"payments": rows}, END)["payments"]

    assert fed["tick"].to_list() == [0, 0, 1, 1, 288, 288]
    assert (END - begin, programs.day.as_of_tick(END, 288)) == (timedelta(days=1), END)


def test_no_row_is_known_before_it_happened_and_every_order_begins_with_being_created(
    programs: Programs,
) -> None:
    feeds = simulate("promo_eve", 600, 3, END).feeds
    known = programs.day.known_rows(feeds, END)

    assert list(known) == list(feed_contracts())
    for feed, contract in feed_contracts().items():
        instants = [
            name
            for name in contract.of_type("instant")
            if name in known[feed].columns and feed != "customers"
        ]
        for name in instants:
            assert known[feed].filter(pl.col(name) > pl.col("known_at")).is_empty(), (feed, name)
    tickets = known["feedback"].filter(pl.col("closed_at").is_null())
    assert tickets["ticket_id"].n_unique() == feeds["feedback"]["ticket_id"].n_unique()


def test_what_is_stuck_is_cancelled_and_every_ticket_closed_within_two_days(programs: Programs) -> None:
    plan = Plan.of(3, 0)
    plan.life[Milestone.PLACED] = [0, 0, 0]
    plan.life[Milestone.DELIVERED] = [DAY, NEVER, NEVER]
    plan.moments["cancelled"][2] = 60
    plan.moments["ticket_opened"][:2] = 100

    programs.day.settle(plan, np.random.default_rng(1))

    first, second, third = plan.moments["cancelled"]
    assert (first, third) == (NEVER, 60)
    assert DAY <= second < 2 * DAY
    closed = plan.moments["ticket_closed"]
    assert all(100 + DAY <= instant < 100 + 2 * DAY for instant in closed[:2])
    assert closed[2] == NEVER


def test_every_plan_has_numbers_buyers_and_addresses_of_its_own(programs: Programs) -> None:
    feeds = {"orders": pl.DataFrame({"order_id": ["1", None], "buyer_id": "U", "street": "路1号"})}
    one, other = (programs.day.numbered(feeds, number)["orders"] for number in (3, 13))
    assert one["order_id"].to_list() == ["031", None]
    for column in ("order_id", "buyer_id", "street"):
        assert set(one[column].drop_nulls()).isdisjoint(other[column].drop_nulls())


def test_a_day_of_equal_ticks_is_flat(programs: Programs) -> None:
    judged = programs.verdicts.verdicts([tick(number) for number in range(288)])
    assert [verdict.is_flat for verdict in judged] == [True] * len(programs.verdicts.MEASURES)
    assert {verdict.growth for verdict in judged} == {0.0}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "processor seconds of a tick, against those of fixed work just before",
            lambda n: {"processor_seconds": 2 + n / 288},
        ),
        ("peak memory of the process", lambda n: {"peak_gibibytes": 0.5 + n / 1000}),
        ("Dagster's storage", lambda n: {"dagster": {"all": (20 + n / 10) * MEBIBYTE}}),
        (
            "store in use, against one made in one go",
            lambda n: {"store": {"file": 200 * MEBIBYTE, "used": (90 + n / 10) * MEBIBYTE, "wal": 0}},
        ),
    ],
)
def test_what_grows_all_day_is_not_flat(programs: Programs, name: str, change: Any) -> None:
    judged = programs.verdicts.verdicts([tick(number, **change(number)) for number in range(288)])
    assert [verdict.measure.name for verdict in judged if not verdict.is_flat] == [name]


def test_what_grows_while_it_warms_up_or_with_the_records_is_flat(programs: Programs) -> None:
    def records(number: int) -> dict[str, Any]:
        rows = {**tick(number)["rows"], "feeds.payments": 1000 + number, "working.orders": 1000 + number}
        size = {"file": (1000 + number) * 1024, "used": (1000 + number) * 1024, "wal": 0}
        return {"rows": rows, "store": size, "snapshot": size, "spare": size, "in_one_go": size["used"]}

    warm = [{"dagster": {"all": min(number, 70) * MEBIBYTE}} for number in range(288)]
    for changes in (warm, [records(number) for number in range(288)]):
        judged = programs.verdicts.verdicts([tick(n, **change) for n, change in enumerate(changes)])
        assert all(verdict.is_flat for verdict in judged)


def test_between_two_stores_made_in_one_go_bytes_follow_the_rows(programs: Programs) -> None:
    rows = [{**tick(0)["rows"], "feeds.payments": count, "feeds.loads": 999} for count in (100, 150, 300)]
    ticks = [tick(number, rows=counted) for number, counted in enumerate(rows)]
    day = programs.verdicts.with_bytes_in_one_go(ticks, {0: 1000, 2: 5000})
    assert [each["in_one_go"] for each in day] == [1000, 2000, 5000]


def test_a_few_ticks_are_not_judged(programs: Programs) -> None:
    with pytest.raises(ValueError, match="too few"):
        programs.verdicts.verdicts([tick(number) for number in range(167)])


def test_the_page_keeps_what_people_wrote_around_the_figures(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    page = tmp_path / "benchmarks.md"
    page.write_text(
        f"before\n{programs.page.BEGIN}\nold figures\n{programs.page.END}\nafter", encoding="utf-8"
    )
    ticks = [tick(number, dagster={"all": (20 + number) * MEBIBYTE}) for number in range(288)]
    judged = programs.verdicts.verdicts(ticks)

    text = programs.page.markdown(ticks, judged, 18_000)
    programs.page.write_page(tmp_path, text, ticks)

    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("\nafter")
    assert "old figures" not in written
    assert (
        "| processor seconds of a tick, against those of fixed work just before | 8.00 × | 8.00 × | +0.0% |"
        in written
    )
    assert "| **no** |" in written
    assert "| store in use, against one made in one go | 1.00 × | 1.00 × | +0.0% |" in written
    assert "ingest 1.2, rules and score 0.5" in written
    drawn = (tmp_path / "images" / "benchmark-endurance.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "at the end 307 MiB" in drawn


def test_sizes_are_those_of_the_files_and_rows_those_of_the_tables(
    programs: Programs, tmp_path: Path
) -> None:
    (tmp_path / "home" / "history").mkdir(parents=True)
    (tmp_path / "home" / "history" / "runs.db").write_bytes(b"12345")
    (tmp_path / "home" / "dagster.yaml").write_bytes(b"1")
    assert programs.sizes.folder_sizes(tmp_path / "home") == {
        "history": 5,
        "dagster.yaml": 1,
        "all": 6,
        "files": 2,
    }
