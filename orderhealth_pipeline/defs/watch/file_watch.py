"""When new feed files call for a run: pure decisions.

What belongs here: the fingerprint of what lies in the folders, and what follows from its change. What does
not: ticks and requests (sensors.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.adapters.declaration import CANONICAL
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.settings.feeds import FeedSource
from orderhealth_pipeline.yaml_files import FrozenModel

LOOK_EVERY_SECONDS: Final = 0.25

LOOKS_AT_REST: Final = 2
"""How many looks in a row must see a change as it was: for half a second, a file that grows is not whole."""

MOST_WAITS: Final = 120
"""Looks after which a folder that never rests, such as one with a growing file, is run over all the same."""


class Seen(FrozenModel):
    """What earlier looks saw: the fingerprint last run over, and the one that must stay.

    `rested` looks in a row saw the latter as it was, of `waits` in all.
    """

    run_over: str | None = None
    settling: str | None = None
    rested: int = 0
    waits: int = 0


def look(seen: Seen, fingerprint: str | None) -> tuple[Seen, bool]:
    """Decide whether the files call for a run now, and what to remember.

    A change waits until it has stayed the same for some looks, so that a run does not read half a file. An
    empty folder (null) never calls for a run.
    """
    if fingerprint is None or fingerprint == seen.run_over:
        return Seen(run_over=seen.run_over), False
    rested = seen.rested + 1 if fingerprint == seen.settling else 0
    if rested >= LOOKS_AT_REST or seen.waits >= MOST_WAITS:
        return Seen(run_over=fingerprint), True
    after = Seen(run_over=seen.run_over, settling=fingerprint, rested=rested, waits=seen.waits + 1)
    return after, False


def watch(
    seen: Seen,
    fingerprint: Callable[[], str | None],
    *,
    seconds: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> tuple[Seen, bool]:
    """Look again and again for so many seconds, or until the files call for a run.

    Dagster's ticks are too far apart to look only once in each.
    """
    ends_at = clock() + seconds
    seen, is_new = look(seen, fingerprint())
    while not is_new and clock() + LOOK_EVERY_SECONDS <= ends_at:
        sleep(LOOK_EVERY_SECONDS)
        seen, is_new = look(seen, fingerprint())
    return seen, is_new


def fingerprint_of(sources: Mapping[str, FeedSource], adapted: Iterable[Path] = ()) -> str | None:
    """Return a short text that changes with name, size or time of any file of the feeds; null without files.

    A folder that does not exist has no files. Of an adapter's folder every file counts, and
    `adapted` are such folders.
    """
    facts = sorted({fact for path in _files(sources, adapted) for fact in _fact(path)})
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32] if facts else None


def _files(sources: Mapping[str, FeedSource], adapted: Iterable[Path]) -> Iterable[Path]:
    for folder in adapted:
        yield from folder.rglob("[!.~]*") if folder.is_dir() else ()
    for feed, source in sources.items():
        if source.path is None or not source.path.is_dir():
            continue
        if source.adapter == CANONICAL:
            yield from (file.path for file in feed_files(source.path, feed))
        else:
            yield from source.path.rglob("[!.~]*")


def _fact(path: Path) -> list[str]:
    try:
        facts = path.stat()
    except FileNotFoundError:  # taken away while we look
        return []
    return [f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}"] if path.is_file() else []
