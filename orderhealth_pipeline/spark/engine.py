"""Order_fact over Spark Connect: the functions of orders/, applied to groups of their declared keys.

What belongs here: what is sent to a group, and gathered. What does not: what is computed of it (orders/),
which orders meet in it (orders/division.py), and how they get there (exchange.py). What no key divides is
computed in this process, of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final

import polars as pl

from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.orders.division import GROUP, IS_HOME, divided, places_of, span_of
from orderhealth_pipeline.orders.order_fact import HitCondition, add_features, build_milestones, with_features
from orderhealth_pipeline.pipeline.written.export_feeds import ORDERS_A_BUCKET, ExportedFeed
from orderhealth_pipeline.shape_features import rules_of
from orderhealth_pipeline.spark.exchange import Frames, applied, as_arrow
from orderhealth_pipeline.spark.session import spark_session
from orderhealth_pipeline.store.file.files import private_files

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.dataframe import DataFrame

_FACT: Final = "fact"
_OTHERS: Final = "others"
_ORDER: Final = "order_id"


@contextmanager
def spark_engine(remote: str | None, store: Path) -> Iterator[SparkEngine]:
    """Open the engine on a server, else on Sail in this process; its files lie beside the store meanwhile.

    Raises ImportError where libraries are missing.
    """
    beside = store.resolve().with_name(f"{store.name}.tmp")
    with spark_session(remote) as session:
        beside.mkdir(parents=True, exist_ok=True)
        with private_files(), TemporaryDirectory(prefix="orderhealth-spark-", dir=beside) as folder:
            yield SparkEngine(session, Path(folder))
    with suppress(OSError):
        beside.rmdir()


@dataclass(frozen=True)
class _Given:
    """What features are computed from, as `order_fact.add_features` is given it."""

    feeds: VisibleFeeds
    fact: pl.DataFrame
    neighbours: pl.DataFrame
    hit_orders: Mapping[str, HitCondition]


@dataclass(frozen=True)
class SparkEngine:
    """Computes order_fact on a server; `folder` is a folder that its workers see.

    A group has about `orders_a_group` orders; what features look at may be more.
    """

    session: SparkSession
    folder: Path
    orders_a_group: int = ORDERS_A_BUCKET

    def milestones(self, feeds: VisibleFeeds, exported: Mapping[str, ExportedFeed]) -> Iterator[pl.DataFrame]:
        """Build the milestones of all orders of exported feeds, in parts; `feeds` has empty frames."""
        there = {feed: each for feed, each in exported.items() if each.rows}
        result = build_milestones(feeds).schema
        if "storefront_orders" not in there:
            yield pl.DataFrame(schema=result)
            return
        read = {
            feed: self.session.read.parquet(each.folder.as_uri()).withColumnRenamed("bucket", GROUP)
            for feed, each in there.items()
        }
        grouped = {feed: _beside_orders(read, feed, each) for feed, each in there.items()}
        empty = replace(feeds, frames={})

        def of_group(frames: Frames) -> pl.DataFrame:
            return build_milestones(replace(empty, frames=frames))

        schemas = {feed: frame.schema for feed, frame in feeds.frames.items()}
        yield from self._collected(applied(grouped, schemas, of_group, result), result)

    def add_features(
        self,
        feeds: VisibleFeeds,
        fact: pl.DataFrame,
        priced: Mapping[FeatureRequest, pl.DataFrame],
        requests: Sequence[FeatureRequest],
        hit_orders: Mapping[str, HitCondition],
        neighbours: pl.DataFrame,
    ) -> pl.DataFrame:
        """Add the features to milestones, as `order_fact.add_features` does."""
        done, orders = dict(priced), pl.concat([fact, neighbours], how="diagonal")
        # What asks which orders a rule hits comes after what the rule compares.
        for refers in (False, True):
            known = dict(done) if refers else {}
            asked = [each for each in requests if each not in priced and bool(rules_of(each)) is refers]
            for (column, looks_near), some in divided(asked).items():
                span = span_of(some) if looks_near else None
                places = places_of(orders, column, span, self.orders_a_group)
                done |= self._features(_Given(feeds, fact, neighbours, hit_orders), known, some, places)
        return add_features(feeds, fact, done, requests, hit_orders, neighbours)

    def _features(
        self,
        given: _Given,
        known: Mapping[FeatureRequest, pl.DataFrame],
        requests: Sequence[FeatureRequest],
        places: pl.DataFrame,
    ) -> dict[FeatureRequest, pl.DataFrame]:
        """Compute features of the orders of `fact` in the groups where these are at home."""
        feeds, hits = (
            given.feeds,
            {rule: given.hit_orders[rule] for each in requests for rule in rules_of(each)},
        )
        # Numbers that the store looks keys up by are nothing that features look at.
        fact = given.fact.select(pl.exclude(pl.UInt64))
        names = {f"known {number}": request for number, request in enumerate(known)}
        of_orders = {feed: frame for feed, frame in feeds.frames.items() if _ORDER in frame.columns}
        frames = {_FACT: fact, _OTHERS: given.neighbours, **of_orders}
        frames |= {name: known[request] for name, request in names.items()}
        schemas = {name: pl.Schema({**frame.schema, IS_HOME: pl.Boolean()}) for name, frame in frames.items()}
        empty = replace(feeds, frames={feed: frame.clear() for feed, frame in feeds.frames.items()})

        def featured(frames: Frames, asked: Sequence[FeatureRequest]) -> pl.DataFrame:
            there = {name: frame.drop(IS_HOME) for name, frame in frames.items()}
            return with_features(
                replace(empty, frames={**empty.frames, **{feed: there[feed] for feed in of_orders}}),
                there[_FACT],
                {request: there[name] for name, request in names.items()},
                [*names.values(), *asked],
                hits,
                there[_OTHERS],
            )

        def of_group(frames: Frames) -> pl.DataFrame:
            home = frames[_FACT].filter(IS_HOME).select(_ORDER)
            return featured(frames, requests).join(home, on=_ORDER, how="semi")

        nothing = {name: pl.DataFrame(schema=schema) for name, schema in schemas.items()}
        before = featured(nothing, ()).columns
        new = {each: featured(nothing, (each,)).drop(before).schema for each in requests}
        result = pl.Schema({_ORDER: pl.String(), **{k: v for each in new.values() for k, v in each.items()}})
        placed = self._sent(places)
        sent = {
            name: self._sent(frame).join(placed, on=_ORDER)
            for name, frame in frames.items()
            if not frame.is_empty()
        }
        parts = self._collected(applied(sent, schemas, of_group, result), result) if _FACT in sent else ()
        found = pl.concat([pl.DataFrame(schema=result), *parts])
        return {request: found.select(_ORDER, *columns) for request, columns in new.items()}

    def _sent(self, frame: pl.DataFrame) -> DataFrame:
        folder = Path(mkdtemp(dir=self.folder))
        pl.DataFrame(as_arrow(frame, frame.schema)).write_parquet(folder / "part-0.parquet")
        return self.session.read.parquet(folder.as_uri())

    def _collected(self, frame: DataFrame, schema: pl.Schema) -> Iterator[pl.DataFrame]:
        """Let the workers write a frame, and read one of their files after the other."""
        folder = Path(mkdtemp(dir=self.folder)) / "result"
        frame.write.parquet(folder.as_uri())
        for file in sorted(folder.rglob("*.parquet")):
            yield pl.read_parquet(file).select(list(schema)).cast(schema)
            file.unlink()


def _beside_orders(read: Mapping[str, DataFrame], feed: str, exported: ExportedFeed) -> DataFrame:
    """Put the records of a feed into the groups of their orders; one of several orders into each."""
    path = exported.through
    if path is None:
        return read[feed]
    pairs = []
    if path.names_order:
        orders = read["storefront_orders"].select(_ORDER, GROUP)
        pairs.append(read[feed].select(_ORDER, path.by).join(orders, on=_ORDER).select(path.by, GROUP))
    if path.through is not None and path.through in read:
        pairs.append(read[path.through].select(path.by, GROUP))
    if not pairs:
        return read[feed].limit(0)
    places = pairs[0] if len(pairs) == 1 else pairs[0].union(pairs[1])
    return read[feed].drop(GROUP).join(places.distinct(), on=path.by)
