"""What a statement has to read: everything, the files that are new, or nothing.

What belongs here: comparing the files that are there with those that were read before. What does not: reading
them (load_through_adapter.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from orderhealth_pipeline.ingest.adapters.declaration import AdapterFile
from orderhealth_pipeline.ingest.adapters.select import ERP_NUMBERS, SourceSelect
from orderhealth_pipeline.ingest.adapters.sources import SourceFile
from orderhealth_pipeline.ingest.files.discover import FeedFile
from orderhealth_pipeline.ingest.loaded_file import CONTINUES, Fingerprint

_DIGEST_BYTES: Final = 16


@dataclass(frozen=True)
class Reading:
    """A statement, the files of each of its sources that are read, and what they are known by afterwards.

    `of_view` and `after` tell whose first files are left out because they were read before, and how many.
    """

    statement: str
    select: SourceSelect
    file: FeedFile
    fingerprint: Fingerprint
    is_needed: bool
    of_view: str | None = None
    after: int = 0

    @property
    def reads_together(self) -> tuple[str, str | None, int]:
        """What statements that can run over the same tables have in common."""
        return self.fingerprint.zone, self.of_view, self.after


@dataclass(frozen=True)
class PresentFiles:
    """The files of an adapter's sources that are there, by view, and the ERP's numbers.

    These are null where nobody asks for them; one more makes a difference.
    """

    declaration: AdapterFile
    files: Mapping[str, Sequence[SourceFile]]
    numbers: pa.Table | None

    def reading(
        self, statement: str, select: SourceSelect, file: FeedFile, zone: str, before: Fingerprint | None
    ) -> Reading:
        """Say what is to be read for a statement; `before` is what was read the last time.

        Files that come behind all those that were read are read by themselves, where the statement allows it.
        """
        prints = list(self._fingerprints(select))
        known = before.content_hash if before is not None and before.zone == zone else None
        now = Fingerprint(prints[-1], zone)
        if known == prints[-1]:
            return Reading(statement, select, file, now, is_needed=False)
        if select.is_row_by_row and known in prints[1:]:
            (view,) = select.reads
            now = Fingerprint(prints[-1], zone, CONTINUES)
            after = prints.index(known)
            return Reading(statement, select, file, now, is_needed=True, of_view=view, after=after)
        return Reading(statement, select, file, now, is_needed=True)

    def read_names(self, reading: Reading) -> frozenset[str]:
        """Name the files that are read for a statement, and the one that stands for all of them."""
        if reading.of_view is not None:
            return frozenset(found.name for found in self.files[reading.of_view][reading.after :])
        found = (each for view in reading.select.reads for each in self.files.get(view, ()))
        return frozenset({reading.file.name, *(each.name for each in found)})

    def _fingerprints(self, select: SourceSelect) -> Iterator[str]:
        """Return what is known of a statement without a file, and with each file more."""
        digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        digest.update(self.declaration.model_dump_json(include={"sources", "vocabulary"}).encode())
        digest.update(f"{select.text}\0".encode())
        if self.numbers is not None and ERP_NUMBERS in select.reads:
            digest.update("\0".join(map(str, self.numbers.to_pylist())).encode())
        yield digest.hexdigest()
        for source in self.declaration.sources:
            if source.view not in select.reads:
                continue
            digest.update(f"{source.view}\0".encode())
            for each in self.files.get(source.view, ()):
                digest.update(f"{each.name}\0{each.facts.content_hash}\0".encode())
                yield digest.hexdigest()
