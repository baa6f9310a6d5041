"""A first look at each file, taken by a thread while DuckDB loads the file before it.

What belongs here: what a file is known by, and looking one file ahead. What does not: what a look finds in
the bytes (file_facts.py), and what becomes of the file (ingest/load.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.file_facts import FileFacts, read_facts
from orderhealth_pipeline.ingest.files.file_names import is_text
from orderhealth_pipeline.ingest.files.reading_faults import UnreadableFileError


@dataclass(frozen=True)
class Look:
    """Size and time of change of a file, and its facts; None where the stamp is that of its last load.

    The stamp is taken first: a file that changes while it is read has another one on the next run.
    """

    stamp: str
    facts: FileFacts | None


def look_ahead(
    files: Sequence[FeedFile], known_stamps: Mapping[tuple[str, str], str | None]
) -> Iterator[tuple[FeedFile, Future[Look]]]:
    """Return every file with its look, in the order of the files; `known_stamps` go by feed and file name.

    The next file is looked at meanwhile, and no other: what it says is soon wanted, and still in the
    system's cache. A look raises what read_facts raises, when it is asked for.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="look-ahead") as reader:
        ahead: deque[tuple[FeedFile, Future[Look]]] = deque()
        for file in files:
            ahead.append((file, reader.submit(_look, file, known_stamps.get((file.feed, file.name)))))
            if len(ahead) > 1:
                yield ahead.popleft()
        yield from ahead


def _look(file: FeedFile, known_stamp: str | None) -> Look:
    if file.is_refused:
        raise UnreadableFileError("a link that leads out of the feeds folder, or nowhere, is refused")
    stamp = _stamp(file.path)
    if stamp == known_stamp:
        return Look(stamp, None)
    return Look(stamp, read_facts(file.path, is_text=is_text(file.format)))


def _stamp(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_size} bytes, changed {facts.st_mtime_ns} ns"
