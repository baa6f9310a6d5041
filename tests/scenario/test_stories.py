"""Runs every story: its records are loaded as files into a store, and evaluated at each of its instants."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest
from pydantic import Field

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.load import load_feed_files
from orderhealth_pipeline.orders.inputs import COLUMNS_READ
from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.evaluate import evaluate_rules, hit_conditions
from orderhealth_pipeline.rules.own_examples.example_feeds import complete_rows, read_instant
from orderhealth_pipeline.store.file.connection import open_store
from orderhealth_pipeline.store.rows.freshness import count_freshness, states_of
from orderhealth_pipeline.store.rows.kept import FeedLimits
from orderhealth_pipeline.store.rows.visible import provided_columns, visible_frames
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

STORIES: Final = sorted((Path(__file__).parent / "stories").glob("*.yml"))
CONTRACTS: Final = feed_contracts()
LIMITS: Final = FeedLimits({}, dict.fromkeys(CONTRACTS, Decimal(1)))
CATALOGUE: Final = read_catalogue(expectations_folder(), frozenset(CONTRACTS))


class Check(FrozenModel):
    """What all rules together must say at one instant: nothing but this.

    `open` and `explained` are by rule, `system` names the system-level rules that are hit. `closed` lists
    all closed orders, where the story is about them. `unknown` lists what cannot be told without a feed; that
    nothing can be told of prices where no story tells any goes without saying.
    """

    as_of: str
    open: dict[str, list[str]] = Field(default_factory=dict)
    explained: dict[str, dict[str, str]] = Field(default_factory=dict)
    system: list[str] = Field(default_factory=list)
    unknown: list[str] = Field(default_factory=list)
    closed: list[str] | None = None


class Story(FrozenModel):
    """Records as in the examples of a rule, and what is found in them; all feeds but `missing_feeds` came.

    What a rule of `not_about` says is no part of the story, such as of parcels whose payment nobody tells of.
    """

    name: str
    story: str
    timezone: str = "Asia/Shanghai"
    missing_feeds: tuple[str, ...] = ()
    not_about: tuple[str, ...] = ()
    feeds: dict[str, list[dict[str, Any]]]
    checks: tuple[Check, ...] = Field(min_length=1)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def instant(self, check: Check) -> datetime:
        return read_instant(check.as_of, self.zone)


@contextmanager
def store_of(story: Story, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store into which the story's records were loaded from CSV files, after all its instants."""
    files = write_feeds(story, folder)
    last = max(story.instant(check) for check in story.checks)
    with open_store(folder / "store.duckdb") as con:
        loaded = load_feed_files(
            con, files, CONTRACTS, zones=dict.fromkeys(CONTRACTS, story.zone), as_of=last
        )
        assert [(file.feed, file.rejected_rows, file.problem) for file in loaded] == [
            (file.feed, 0, None) for file in files
        ]
        yield con


def write_feeds(story: Story, folder: Path) -> list[FeedFile]:
    schemas = {feed: contract.schema() for feed, contract in CONTRACTS.items()}
    rows = complete_rows(story.feeds, story.instant(story.checks[0]), schemas, story.zone)
    files = [
        FeedFile(feed=feed, path=folder / f"{feed}.csv", name=f"{feed}.csv", format="csv")
        for feed in CONTRACTS
        if feed not in story.missing_feeds
    ]
    for file in files:
        with file.path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=CONTRACTS[file.feed].columns)
            writer.writeheader()
            writer.writerows(rows[file.feed])
    return files


def found_at(con: duckdb.DuckDBPyConnection, as_of: datetime) -> dict[str, Any]:
    """What all rules say at an instant, in the words of a check."""
    states = states_of(count_freshness(con, CONTRACTS, as_of, LIMITS, {}))
    frames = visible_frames(con, CONTRACTS, COLUMNS_READ, as_of)
    feeds = VisibleFeeds(as_of, frames, states, provided_columns(con))
    fact = build_order_fact(feeds, CATALOGUE.requests(), hit_conditions(CATALOGUE))
    evaluation = evaluate_rules(fact, CATALOGUE, feeds)
    of_orders = evaluation.findings.filter(pl.col("order_id").is_not_null())
    found: dict[str, Any] = {"open": {}, "explained": {}}
    for order_id, rule_id, explained_by in of_orders.select(
        "order_id", "rule_id", "explained_by"
    ).iter_rows():
        if explained_by is None:
            found["open"].setdefault(rule_id, []).append(order_id)
        else:
            found["explained"].setdefault(rule_id, {})[order_id] = explained_by
    return found | {
        "system": evaluation.findings.filter(pl.col("order_id").is_null())["rule_id"].to_list(),
        "unknown": sorted(id_ for id_, result in evaluation.results.items() if result.blindness.feeds),
        "closed": fact.filter(~pl.col("is_active"))["order_id"].to_list(),
    }


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_ends_as_it_should(file: Path, tmp_path: Path) -> None:
    story = read_model(file, Story)
    with store_of(story, tmp_path) as con:
        for check in story.checks:
            found = found_at(con, story.instant(check))
            expected = check.model_dump(exclude={"as_of"})
            for rule in story.not_about:
                found["open"].pop(rule, None)
                found["explained"].pop(rule, None)
            if check.closed is None:
                del found["closed"], expected["closed"]
            else:
                expected["closed"] = sorted(check.closed)
            assert found == expected, f"{story.name}, at {check.as_of}: {story.story}"
