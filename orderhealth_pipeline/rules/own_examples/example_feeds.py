"""The examples of a rule → feeds: ordinary values for what a row leaves out, typed as the feeds are.

What belongs here: making an example's records complete. What does not: evaluating them, which the real
rules do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.setting_values import sensible_instant
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_DEFAULTS: Final = Path(__file__).with_name("example_defaults.yml")
_MOST_REPEATED: Final = 10_000
_TOO_MUCH: Final = 10**12
_BEFORE: Final = timedelta(hours=1)
_MAY_LIE_AHEAD: Final = "promised_ship_at"
_OF_PARCELS: Final = {"wms_shipments": ("printed_at", "outbound_at"), "tms_events": ("event_at",)}

Row = dict[str, str | None]


class _DefaultsFile(FrozenModel):
    feeds: dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def _defaults() -> dict[str, dict[str, str]]:
    return read_model(_DEFAULTS, _DefaultsFile).feeds


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 instant as UTC; without an offset it is in `zone`. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return sensible_instant(instant if instant.tzinfo else instant.replace(tzinfo=zone))


def example_feeds(example: Example, schemas: Mapping[str, pl.Schema], zone: ZoneInfo) -> VisibleFeeds:
    """Return the feeds of an example: a frame per feed of `schemas`, those not mentioned empty but fresh.

    Instants without an offset are in `zone`. Raises ConfigurationError naming example, feed, row and
    column where something does not fit, also where an instant lies after the example's own as_of.
    """
    try:
        as_of = read_instant(example.as_of, zone)
        rows = complete_rows(example.feeds, as_of, schemas, zone)
        frames = {
            feed: pl.DataFrame(
                [
                    _typed(row, schema, as_of, zone, f"{feed}, order {row.get('order_id')}")
                    for row in rows[feed]
                ],
                schema=schema,
            )
            for feed, schema in schemas.items()
        }
    except ValueError as error:
        raise ConfigurationError(
            Message("the example '{name}': {error}", name=example.name, error=error)
        ) from None
    return VisibleFeeds(
        as_of=as_of,
        frames=frames,
        states=dict.fromkeys(schemas, "fresh"),
        columns={feed: frozenset(schema.names()) for feed, schema in schemas.items()},
    )


def complete_rows(
    feeds: Mapping[str, Sequence[Mapping[str, Any]]],
    as_of: datetime,
    schemas: Mapping[str, pl.Schema],
    zone: ZoneInfo,
) -> dict[str, list[Row]]:
    """Return the rows of each feed of `schemas` as text, with ordinary values for columns they leave out.

    An ordinary order was placed before any parcel that the rows tell of was printed, left or was scanned.

    A row with the key `repeat: 20` stands for twenty rows, in whose values `{n}` is 1 to 20. Raises
    ValueError naming the feed or column that does not exist.
    """
    unknown = sorted(set(feeds) - set(schemas))
    if unknown:
        raise ValueError(
            Message(
                "there is no feed '{unknown}'; there are: {schemas}",
                unknown=unknown[0],
                schemas=", ".join(schemas),
            )
        )
    given = {feed: list(_repeated(feeds.get(feed, ()))) for feed in schemas}
    known = {
        "an_hour_before": (as_of - _BEFORE).isoformat(),
        "before_any_parcel": (min([as_of, *_instants_of_parcels(given, zone)]) - _BEFORE).isoformat(),
    }
    return {
        feed: [_complete(feed, row, number, known, schema) for number, row in enumerate(given[feed], start=1)]
        for feed, schema in schemas.items()
    }


def _instants_of_parcels(rows: Mapping[str, Sequence[Row]], zone: ZoneInfo) -> Iterator[datetime]:
    for feed, columns in _OF_PARCELS.items():
        for text in (row.get(column) for row in rows.get(feed, ()) for column in columns):
            # What cannot be read is told with its place, when all rows are.
            with suppress(ValueError):
                if text is not None:
                    yield read_instant(text, zone)


def _repeated(rows: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for row in rows:
        given = {column: _text(value) for column, value in row.items() if column != "repeat"}
        if "repeat" not in row:
            yield given
            continue
        for n in range(1, _times(row["repeat"]) + 1):
            yield {key: value.replace("{n}", str(n)) if value else value for key, value in given.items()}


def _times(repeat: Any) -> int:
    if not isinstance(repeat, int) or not 1 <= repeat <= _MOST_REPEATED:
        raise ValueError(
            Message(
                "repeat: a whole number from 1 to {most_repeated} is expected", most_repeated=_MOST_REPEATED
            )
        )
    return repeat


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= _TOO_MUCH:
        raise ValueError(text)
    return number


def _text(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def _complete(feed: str, given: Row, number: int, instants: Mapping[str, str], schema: pl.Schema) -> Row:
    unknown = sorted(set(given) - set(schema))
    if unknown:
        raise ValueError(
            Message(
                "{feed} has no column '{unknown}'; it has: {schema}",
                feed=feed,
                unknown=unknown[0],
                schema=", ".join(schema),
            )
        )
    known = {"order_id": given.get("order_id"), "row": number, **instants}
    usual: Row = {column: value.format(**known) for column, value in _defaults().get(feed, {}).items()}
    return {**dict.fromkeys(schema), **usual, **given}


def _typed(row: Row, schema: pl.Schema, as_of: datetime, zone: ZoneInfo, place: str) -> dict[str, Any]:
    typed = {}
    for column, text in row.items():
        try:
            value = None if text is None else _reader(schema[column], zone)(text)
        except (ValueError, KeyError, InvalidOperation):
            raise ValueError(
                Message(
                    "{place}: the {column} '{text}' cannot be read", place=place, column=column, text=text
                )
            ) from None
        if isinstance(value, datetime) and value > as_of and column != _MAY_LIE_AHEAD:
            raise ValueError(
                Message(
                    "{place}: the {column} '{text}' lies after as_of", place=place, column=column, text=text
                )
            )
        typed[column] = value
    return typed


def _reader(dtype: pl.DataType, zone: ZoneInfo) -> Callable[[str], Any]:
    if isinstance(dtype, pl.Datetime):
        return lambda text: read_instant(text, zone)
    if isinstance(dtype, pl.Decimal):
        return _number
    if isinstance(dtype, pl.Boolean):
        return {"true": True, "false": False}.__getitem__
    return date.fromisoformat if isinstance(dtype, pl.Date) else str
