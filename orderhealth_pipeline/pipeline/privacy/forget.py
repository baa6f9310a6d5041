"""Forgets a buyer: files first, then the desk and the history, then a store built anew of what is left.

What belongs here: the order of the steps, and where a person may stand. What does not: the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orderhealth_pipeline.desk.forget import forget_at_desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.pipeline.privacy.feed_files import forget_in_feed_file, hidden_bytes
from orderhealth_pipeline.pipeline.privacy.person import Person, read_person
from orderhealth_pipeline.pipeline.rebuild import rebuild_store
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.respond.channel_settings import FileSettings
from orderhealth_pipeline.sources.landing.files import write_whole
from orderhealth_pipeline.sources.landing.masking import HIDDEN
from orderhealth_pipeline.store.file.connection import read_store
from orderhealth_pipeline.store.forget import forget_in_history, remove_old_copies
from orderhealth_pipeline.store.write import newest_run


@dataclass(frozen=True)
class Forgotten:
    """What was changed; `left` are files that still hold the person and cannot be changed here."""

    pseudonym: str
    records: int
    files: tuple[Path, ...]
    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def forget_buyer(plan: RunPlan, buyer_id: str, clock: datetime, times: StageTimes) -> Forgotten:
    """Take a buyer out of everything that this configuration names. Called again, it finishes what it began.

    Raises ConfigurationError where the store knows no such buyer, and what a rebuild raises.
    """
    person = read_person(plan.store, buyer_id)
    if person is None:
        raise ConfigurationError(Message("--buyer: the store knows no buyer '{buyer}'", buyer=buyer_id))
    with read_store(plan.store) as con:
        as_of = newest_run(con, clock) or clock
    changed = [path for path in sorted(set(_feed_files(plan))) if forget_in_feed_file(path, person)]
    changed += [path for path in sorted(set(_other_files(plan))) if _forget_in_other(path, person)]
    everywhere = {text: _sign(text, person) for text in person.everywhere}
    forget_at_desk(plan.settings.desk_address, everywhere)
    forget_in_history(plan.store, person.ids, everywhere, dict.fromkeys(person.texts, HIDDEN))
    rebuilt = rebuild_store(plan, as_of, times, clock)
    removed = {rebuilt.kept_as, *remove_old_copies(plan.store)}
    left = tuple(path for path in _all_files(plan) if _still_holds(path, person))
    return Forgotten(person.pseudonym, len(person.ids) - 1, tuple(changed), tuple(sorted(removed)), left)


def _feed_files(plan: RunPlan) -> Iterator[Path]:
    folders = {source.path for source in plan.sources.values() if source.path is not None}
    folders |= {plan.settings.landing_of(name) for name in plan.settings.sources}
    folders |= {each.folder for each in plan.adapted}
    # What people dropped at the console, and nobody has loaded yet.
    folders.add(plan.store.with_name(f"{plan.store.name}.uploads"))
    for folder in folders:
        if folder.is_dir():
            yield from (path for path in folder.rglob("*") if _is_own_file(path))


def _other_files(plan: RunPlan) -> Iterator[Path]:
    """Name what was written of the results: reports, and files that messages and actions went to."""
    settings = plan.settings
    if settings.report.folder.is_dir():
        yield from (path for path in settings.report.folder.rglob("*") if _is_own_file(path))
    named = [channel.path for channel in settings.channels if isinstance(channel, FileSettings)]
    named += [sink.path for sink in settings.sinks.values() if sink.path is not None]
    yield from (path for path in named if _is_own_file(path))


def _is_own_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _forget_in_other(path: Path, person: Person) -> bool:
    if path.suffix.casefold() in {".csv", ".jsonl", ".xlsx", ".parquet"}:
        return forget_in_feed_file(path, person)
    content = path.read_bytes()
    changed = hidden_bytes(content, person)
    if changed == content:
        return False
    mode = path.stat().st_mode
    write_whole(path, changed)
    path.chmod(mode & 0o7777)
    return True


def _all_files(plan: RunPlan) -> list[Path]:
    beside = [path for path in plan.store.parent.glob(f"{plan.store.stem}*") if _is_own_file(path)]
    return sorted({*_feed_files(plan), *_other_files(plan), *beside})


def _still_holds(path: Path, person: Person) -> bool:
    content = path.read_bytes()
    return hidden_bytes(content, person) != content


def _sign(text: str, person: Person) -> str:
    return person.pseudonym if text == person.buyer_id else HIDDEN
