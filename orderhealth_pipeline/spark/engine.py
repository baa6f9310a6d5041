"""Order_fact over Spark Connect: the functions of orders/, applied to groups of their declared keys.

What belongs here: what is sent to a group, and gathered. What does not: what is computed of it (orders/), and
how it gets there (exchange.py). What no key divides is computed in this process, of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from orderhealth_pipeline.declared.shape_features import rules_of
from orderhealth_pipeline.frames import FeatureRequest, VisibleFeeds
from orderhealth_pipeline.orders.division import GROUP, IS_HOME, divided, places_of, span_of
from orderhealth_pipeline.orders.order_fact import HitCondition, add_features, build_milestones, with_features
from orderhealth_pipeline.pipeline.written.export_feeds import ORDERS_A_BUCKET, ExportedFeed
from orderhealth_pipeline.spark.arrow_frames import as_arrow
from orderhealth_pipeline.spark.exchange import Frames, applied
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
    """Open the engine on a server, else on Sail in this process; its files lie beside the store meanwhile."""
    beside = store.resolve().with_name(f"{store.name}.tmp")
    with spark_session(remote) as session:
        beside.mkdir(parents=True, exist_ok=True)
        with private_files(), TemporaryDirectory(prefix="orderhealth-spark-", dir=beside) as folder:
            yield SparkEngine(session, Path(folder))
    with suppress(OSError):
        beside.rmdir()


class _Sent(NamedTuple):
    """A frame that the workers can read, and its own types."""

    frame: DataFrame
    schema: pl.Schema


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

        def of_group(frames: Frames) -> pl.DataFrame:
            return build_milestones(replace(feeds, frames=frames))

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
        empty = replace(feeds, frames={feed: frame.clear() for feed, frame in feeds.frames.items()})
        # Numbers that the store looks keys up by are nothing that features look at.
        frames = {_FACT: fact.select(pl.exclude(pl.UInt64)), _OTHERS: neighbours}
        frames |= {feed: frame for feed, frame in feeds.frames.items() if _ORDER in frame.columns}
        sent = {name: self._sent(frame) for name, frame in frames.items()}
        known: dict[str, FeatureRequest] = {}
        # What asks which orders a rule hits comes after what the rule compares.
        for refers in (False, True):
            asked = [each for each in requests if each not in priced and bool(rules_of(each)) is refers]
            if refers and asked:
                known = {f"known {number}": request for number, request in enumerate(done)}
                sent |= {name: self._sent(done[request]) for name, request in known.items()}
            for (column, looks_near), some in divided(asked).items():
                hits = {rule: hit_orders[rule] for each in some for rule in rules_of(each)}
                span = span_of(some) if looks_near else None
                places = self._sent(places_of(orders, column, span, self.orders_a_group))
                done |= self._features(empty, sent, known, some, hits, places)
        return add_features(feeds, fact, done, requests, hit_orders, neighbours)

    def _features(
        self,
        empty: VisibleFeeds,
        sent: Mapping[str, _Sent],
        known: Mapping[str, FeatureRequest],
        requests: Sequence[FeatureRequest],
        hits: Mapping[str, HitCondition],
        places: _Sent,
    ) -> dict[FeatureRequest, pl.DataFrame]:
        """Compute features of the orders of `fact` in the groups where these are at home."""

        def featured(frames: Frames, asked: Sequence[FeatureRequest]) -> pl.DataFrame:
            there = {name: frame.drop(IS_HOME) for name, frame in frames.items()}
            of_orders = {feed: there.get(feed, frame) for feed, frame in empty.frames.items()}
            priced = {request: there[name] for name, request in known.items()}
            feeds = replace(empty, frames=of_orders)
            return with_features(feeds, there[_FACT], priced, [*priced, *asked], hits, there[_OTHERS])

        def of_group(frames: Frames) -> pl.DataFrame:
            home = frames[_FACT].filter(IS_HOME).select(_ORDER)
            return featured(frames, requests).join(home, on=_ORDER, how="semi")

        schemas = {name: pl.Schema({**each.schema, IS_HOME: pl.Boolean()}) for name, each in sent.items()}
        nothing = {name: pl.DataFrame(schema=schema) for name, schema in schemas.items()}
        before = featured(nothing, ()).columns
        new = {each: featured(nothing, (each,)).drop(before).schema for each in requests}
        result = pl.Schema({_ORDER: pl.String(), **{k: v for each in new.values() for k, v in each.items()}})
        grouped = {name: each.frame.join(places.frame, on=_ORDER) for name, each in sent.items()}
        parts = self._collected(applied(grouped, schemas, of_group, result), result)
        found = pl.concat([pl.DataFrame(schema=result), *parts])
        return {request: found.select(_ORDER, *columns) for request, columns in new.items()}

    def _sent(self, frame: pl.DataFrame) -> _Sent:
        folder = Path(mkdtemp(dir=self.folder))
        pl.DataFrame(as_arrow(frame, frame.schema)).write_parquet(folder / "part-0.parquet")
        return _Sent(self.session.read.parquet(folder.as_uri()), frame.schema)

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
    return read[feed].drop(GROUP).join(pairs[0].union(pairs[-1]).distinct(), on=path.by)
