"""Small CSV files of one feed with one header, loaded together as far as nothing in them needs a look.

What belongs here: which files these are, and how many are tried at once. What does not: loading them together
(small_batch.py), and files of which a row says again of a key what another one said (ingest/load.py).

A statement takes milliseconds, however few rows it is for, and a file takes some twenty of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.files.file_facts import FileFacts, open_text_bytes
from orderhealth_pipeline.ingest.loaded_file import Fingerprint, LoadedFile
from orderhealth_pipeline.ingest.quarantine import Quarantine
from orderhealth_pipeline.ingest.text.plain_text import plain_pieces
from orderhealth_pipeline.ingest.text.small_batch import load_first
from orderhealth_pipeline.ingest.text.small_file import SmallFile

TOGETHER: Final = 256
"""So many files at most are loaded together: their texts are held, and one with a fault costs the others."""

_SMALL_BYTES: Final = 1 << 16
_ALONE: Final = 8
"""Where files have faults one behind the other, so many go by themselves before others are tried."""


def small_file(file: FeedFile, facts: FileFacts, fingerprint: Fingerprint) -> SmallFile | None:
    """Read a file, where it is a CSV text that can stand behind others; None where it is not.

    Lines must be told without the quotes in them, so a header over several lines is none, and neither is a
    text with empty lines.
    """
    if file.format != "csv" or facts.text is None or facts.size > _SMALL_BYTES:
        return None
    with open_text_bytes(file.path) as source:
        pieces = plain_pieces(source, facts.text, {})
        text = b"".join(islice(pieces, 3))
        is_whole = next(pieces, None) is None
    if not is_whole or not 0 < len(text) <= 4 * _SMALL_BYTES:
        return None
    text = text if text.endswith(b"\n") else text + b"\n"
    header = text[: text.index(b"\n")]
    if header.count(b'"') % 2 or text.startswith(b"\n") or b"\n\n" in text:
        return None
    return SmallFile(file, facts, fingerprint, text)


def load_small_files(
    kept: Quarantine,
    files: Sequence[SmallFile],
    contract: FeedContract,
    load_alone: Callable[[SmallFile], LoadedFile],
) -> Iterator[LoadedFile]:
    """Load files that go with each other, in their order; `load_alone` takes those that need a look."""
    at, size = 0, TOGETHER
    while at < len(files):
        tried = files[at : at + size]
        loaded = load_first(kept, tried, contract) if len(tried) > 1 else []
        yield from loaded
        done = len(loaded)
        at += done
        if done == len(tried):
            size = min(2 * size, TOGETHER)
            continue
        alone = files[at : at + (1 if size > 1 else _ALONE)]
        yield from map(load_alone, alone)
        at += len(alone)
        size = max(1, size // 4, done) if size > 1 else _ALONE
