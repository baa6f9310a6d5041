"""Asking for each parcel under way, where a platform answers for one waybill at a time.

What belongs here: which parcels are asked for, and what their answers land as. What does not: a single
request (client.py).
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.settings.sources import HttpSource
from orderhealth_pipeline.sources.errors import RefusedOneError, SourceError
from orderhealth_pipeline.sources.http.client import Client
from orderhealth_pipeline.sources.http.description import EachParcel, ListOf
from orderhealth_pipeline.sources.landing.files import LandingName, abandon, after, unfinished
from orderhealth_pipeline.sources.pulled import Fetched, LandedFile, Pull
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.file.files import snapshot_path

_LOG: Final = logging.getLogger(__name__)
_PLAIN_SUFFIX: Final = re.compile(r"(快递|速递|速运|express)$")


@dataclass(frozen=True)
class Parcel:
    """One parcel as the platform wants it asked for: waybill, its carrier's code, four digits of a phone."""

    waybill: str
    code: str
    phone: str

    def params(self, form: EachParcel) -> dict[str, str]:
        """Return what the question says of it."""
        told = {form.carrier: self.code, form.waybill: self.waybill}
        if form.phone is not None and self.phone and self.code in form.phone_for:
            told[form.phone] = self.phone
        return told


@dataclass(frozen=True)
class UnderWay:
    """The parcels that can be asked for, the earliest to leave first, and carriers without a code."""

    parcels: tuple[Parcel, ...]
    without_code: Mapping[str, int]


def under_way(store: Path | None, form: EachParcel, named: Mapping[str, str]) -> UnderWay:
    """Read which parcels are under way, as the last run published them; none before the first run.

    `named` are the codes that the source gives itself. Raises SourceError where the copy cannot be read.
    """
    if store is None or not (published := snapshot_path(store)).exists():
        return UnderWay((), {})
    try:
        with read_store(published) as con:
            rows = sql.run(con, "sources/select_open_parcels")
    except StoreError as error:
        raise SourceError(error.args[0]) from None
    codes = _codes(form, named)
    parcels: list[Parcel] = []
    without: Counter[str] = Counter()
    for waybill, carrier, phone in rows:
        code = codes.get(_plain(carrier))
        if code is None:
            without[carrier] += 1
        else:
            parcels.append(Parcel(waybill, code, phone))
    return UnderWay(tuple(parcels), without)


def with_parcels(
    client: Client, form: ListOf, source: HttpSource, asked: Pull, name: str, fetched: Fetched
) -> Fetched:
    """Ask for the parcels whose turn it is; an answer lands where it says something new.

    Raises SourceError where the copy of the store cannot be read.
    """
    each = form.each_parcel
    if each is None:
        raise AssertionError(name)
    before = asked.state.of(name)
    found = under_way(asked.store, each, source.carriers)
    for carrier, count in found.without_code.items():
        _LOG.warning(without_code(asked.source, carrier, count))
    pause = source.again_after or each.again_after
    # Of parcels that have arrived nothing is remembered.
    known = {
        each.waybill: before.known[each.waybill] for each in found.parcels if each.waybill in before.known
    }
    turn = _whose_turn(found.parcels, known, None if asked.since else asked.now - pause)
    at = after(asked.now, before.newest)
    path = asked.folder / LandingName(name, at, asked.source, "jsonl").file
    trouble: Message | None = None
    refused: Message | None = None
    answered = rows = 0
    with unfinished(path) as stream:
        for parcel in turn[: each.at_once]:
            digest = str(before.known.get(parcel.waybill, {}).get("digest", ""))
            try:
                reply = client.ask(form.method, form.path, {**form.params, **parcel.params(each)})
            except RefusedOneError as error:
                refused = refused if error.is_unknown else error.args[0]
                answered += error.is_unknown
            except SourceError as error:
                trouble = error.args[0]
                break
            else:
                answered += 1
                # Line breaks can only stand between values: within a text they are escaped.
                line = reply.text.replace("\r", " ").replace("\n", " ").strip().encode()
                told = blake2b(line, digest_size=8).hexdigest()
                if told != digest or asked.since is not None:
                    stream.write(line + b"\n")
                    rows, digest = rows + 1, told
            known[parcel.waybill] = {"at": asked.now.isoformat(), "digest": digest}
    changes: dict[str, Any] = {"known": known}
    files = fetched.files
    if rows:
        files = (*files, LandedFile(name, path, rows, asked.now.isoformat()))
        changes |= {"newest": at, "rows": before.rows + rows, "watermark": asked.now.isoformat()}
    else:
        abandon([path])
    state = fetched.state.with_series(name, before.model_copy(update=changes))
    # Of some parcels a platform wants to know more; of all of them only where something else is wrong.
    trouble = trouble or (refused if not answered else None)
    return Fetched(files, state, fetched.memory, trouble)


def ask_for_one(client: Client, form: ListOf, found: UnderWay) -> None:
    """Ask for one parcel, to see whether the platform answers. Raises SourceError."""
    each = form.each_parcel
    if each is None or not found.parcels:
        return
    try:
        client.ask(form.method, form.path, {**form.params, **found.parcels[-1].params(each)})
    except RefusedOneError:
        return


def without_code(source: str, carrier: str, count: int) -> Message:
    """Say that the platform cannot be asked for the parcels of a carrier."""
    return Message(
        "{source}: {count} parcels of '{carrier}' are not asked for; say its code with `carriers`",
        source=source,
        count=count,
        carrier=carrier,
    )


def _whose_turn(
    parcels: tuple[Parcel, ...], known: Mapping[str, Any], until: datetime | None
) -> list[Parcel]:
    """Return the parcels that were not asked for after an instant: those that waited longest come first."""
    asked_at = {waybill: datetime.fromisoformat(seen["at"]) for waybill, seen in known.items()}
    never = datetime.min.replace(tzinfo=UTC)
    due = [each for each in parcels if until is None or asked_at.get(each.waybill, never) <= until]
    return sorted(due, key=lambda each: asked_at.get(each.waybill, never))


def _codes(form: EachParcel, named: Mapping[str, str]) -> dict[str, str]:
    codes = {code: code for code in form.carriers}
    codes |= {_plain(name): code for code, names in form.carriers.items() for name in names}
    return codes | {_plain(name): code for name, code in named.items()}


def _plain(carrier: str) -> str:
    return _PLAIN_SUFFIX.sub("", carrier.strip().lower().replace(" ", ""))
