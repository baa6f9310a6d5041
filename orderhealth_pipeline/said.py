"""What a person said: one entry of the desk's log, and the frame that runs read.

What belongs here: the shape of an entry, and which entries count at an instant. What does not: keeping the
log (desk/), and what an entry does to a finding (rules/) or a case (cases/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, get_args

import polars as pl

SaidKind = Literal[
    "snoozed",
    "allow_listed",
    "confirmed",
    "false_alarm",
    "case_acknowledged",
    "case_assigned",
    "case_noted",
    "case_closed",
    "action_approved",
    "action_rejected",
    "action_owned",
    "action_reported",
    "actions_stopped",
    "actions_started",
    "undone",
]
AboutKind = Literal[
    "everything",
    "system",
    "order",
    "buyer",
    "address",
    "shop",
    "warehouse",
    "carrier",
    "sku",
    "waybill",
    "role",
    "source",
    "case",
    "action",
    "entry",
]

ABOUT_KINDS: Final[tuple[AboutKind, ...]] = get_args(AboutKind)

_TEXT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"

SAID: Final = pl.Schema(
    {
        "entry": pl.Int64(),
        "said_at": pl.Datetime("us", "UTC"),
        "who": pl.String(),
        "kind": pl.String(),
        "rule_id": pl.String(),
        "about": pl.String(),
        "value": pl.String(),
        "until": pl.Datetime("us", "UTC"),
        "why": pl.String(),
        "what": pl.String(),
        "undone_at": pl.Datetime("us", "UTC"),
    }
)
"""One row per entry, by entry, which is null for those of `exceptions.yml`. `rule_id` is null where all
rules are meant, `value` where everything is.

`what` is what was said beside the kind: the text of a note, the person a case was given to. `undone_at` is
when an entry was taken back."""


@dataclass(frozen=True)
class Said:
    """One thing that a person said: who, when, what about, what, why, until when. Instants are aware.

    `key` makes saying it again harmless: the same key is kept once.
    """

    kind: SaidKind
    who: str
    why: str
    at: datetime
    about: AboutKind = "everything"
    value: str | None = None
    rule_id: str | None = None
    until: datetime | None = None
    what: str | None = None
    key: str | None = None
    entry: int | None = field(default=None, compare=False)


def as_text(instant: datetime) -> str:
    """Write an instant as the log keeps it: UTC, to the microsecond, sorted as texts as in time."""
    # strftime writes the year 469 with three digits, which nothing reads again.
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_text(text: str) -> datetime:
    """Read what `as_text` wrote."""
    return datetime.strptime(text, _TEXT).replace(tzinfo=UTC)


def said_frame(entries: Iterable[Said]) -> pl.DataFrame:
    """Put entries into a frame (SAID), each with the instant at which it was taken back."""
    entries = sorted(entries, key=lambda each: each.entry or 0)
    undone = {each.value: each.at for each in entries if each.kind == "undone"}
    rows = [
        (
            each.entry,
            each.at,
            each.who,
            each.kind,
            each.rule_id,
            each.about,
            each.value,
            each.until,
            each.why,
            each.what,
            undone.get(str(each.entry)),
        )
        for each in entries
    ]
    return pl.DataFrame(rows, schema=SAID, orient="row")


def said_by(said: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Keep what had been said by `as_of` and was not taken back by then; an undoing is no word of its own."""
    instant = pl.lit(as_of.astimezone(UTC), SAID["said_at"])
    return said.filter(
        pl.col("said_at") <= instant,
        pl.col("undone_at").is_null() | (pl.col("undone_at") > instant),
        pl.col("kind") != "undone",
    )
