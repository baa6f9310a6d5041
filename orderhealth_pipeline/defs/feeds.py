"""One asset per feed: what is new in its source goes into the store.

What belongs here: the eleven assets and what the UI says of them. What does not: reading files (ingest/).
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.defs.resources import Pipeline
from orderhealth_pipeline.defs.running import STORE_POOL, current_as_of, readable_mistakes
from orderhealth_pipeline.defs.sources import pulled_sources, source_key
from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.loaded_file import LoadedFile
from orderhealth_pipeline.pipeline.run import ingest_only
from orderhealth_pipeline.settings.sources import CANONICAL, AnySource, SqlSource

FEEDS: Final = "feeds"


def feed_key(feed: str) -> dg.AssetKey:
    """Return the asset of a feed."""
    return dg.AssetKey([FEEDS, feed])


def feed_assets(facts: GraphFacts) -> dg.AssetsDefinition:
    """Build one asset per feed, grouped by the system it comes from, and the one step that loads them.

    A step of its own per feed would open the store and write the event log eleven times before an alert.
    """

    @dg.multi_asset(
        name="load_feeds",
        specs=[_feed_spec(feed, contract, facts) for feed, contract in facts.contracts.items()],
        can_subset=True,
        pool=STORE_POOL,
    )
    def load_feeds(pipeline: Pipeline) -> Any:
        context = dg.AssetExecutionContext.get()
        feeds = [feed for feed in facts.contracts if feed_key(feed) in context.selected_asset_keys]
        with readable_mistakes():
            plan = pipeline.plan()
            loaded = ingest_only(plan, current_as_of(plan.settings), feeds)
        for file in loaded:
            if file.problem is not None:
                context.log.warning("%s was not read: %s", file.file, file.problem)
        for feed in feeds:
            of_feed = [file for file in loaded if file.feed == feed]
            yield dg.MaterializeResult(asset_key=feed_key(feed), metadata=loaded_metadata(of_feed))

    return load_feeds


def loaded_metadata(loaded: list[LoadedFile]) -> dict[str, dg.MetadataValue]:
    """Say what became of a feed's files: counts of this run, and a table of those that were not known."""
    touched = [file for file in loaded if not file.is_unchanged]
    metadata: dict[str, dg.MetadataValue] = {
        "rows_read": dg.MetadataValue.int(sum(file.rows for file in loaded)),
        "rows_new": dg.MetadataValue.int(sum(file.new_rows for file in loaded)),
        "rows_quarantined": dg.MetadataValue.int(sum(file.rejected_rows for file in loaded)),
        "files_unchanged": dg.MetadataValue.int(len(loaded) - len(touched)),
        "files_unreadable": dg.MetadataValue.int(sum(file.problem is not None for file in loaded)),
    }
    if touched:
        metadata["files"] = dg.MetadataValue.table([_file_record(file) for file in touched])
    return metadata


def _feed_spec(feed: str, contract: FeedContract, facts: GraphFacts) -> dg.AssetSpec:
    return dg.AssetSpec(
        feed_key(feed),
        deps=[source_key(name) for name in _sources_of(feed, facts)],
        group_name=contract.system,
        description=_description(feed, contract),
        kinds={"duckdb", "polars"},
        metadata={
            "key": ", ".join(contract.key),
            "dagster/column_schema": _column_schema(contract),
            "needed_by_rules": ", ".join(rule.id for rule in facts.rules if feed in rule.needs) or "none",
        },
    )


def _sources_of(feed: str, facts: GraphFacts) -> list[str]:
    """Name the sources whose landing files the feed is read from."""
    settings = facts.settings
    folder = settings.feed_sources[feed].path if feed in settings.feed_sources else None
    return [
        name
        for name in pulled_sources(settings)
        if settings.landing_of(name) == folder and _fills(settings.sources[name], feed)
    ]


def _fills(source: AnySource, feed: str) -> bool:
    return not isinstance(source, SqlSource) or source.adapter != CANONICAL or feed in source.tables


def _description(feed: str, contract: FeedContract) -> str:
    return (
        f"**{contract.title.zh}** · {contract.title.en}, from the {contract.system} system.\n\n"
        f"Reads what is new in the files `{feed}*` (csv, csv.gz, parquet, jsonl, xlsx) or through the "
        "configured adapter. Every version of a row is kept; rows that cannot be read go to `rejected_rows`; "
        "a file seen before changes nothing."
    )


def _column_schema(contract: FeedContract) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                column.duckdb_type,
                description=", ".join(column.words) or None,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for name, column in contract.columns.items()
        ]
    )


def _file_record(file: LoadedFile) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "file": file.file,
            "rows": file.rows,
            "new": file.new_rows,
            "quarantined": file.rejected_rows,
            "problem": file.problem or "",
        }
    )
