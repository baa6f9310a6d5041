"""The kinds of reasons for which rows and files are rejected, read from rejection_kinds.yml.

What belongs here: the vocabulary. What does not: the reasons themselves, which say more of a single row.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from orderhealth_pipeline.ingest.contracts import Title
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("rejection_kinds.yml")


class RejectionKind(FrozenModel):
    """One kind of reason, by its name for people.

    `is_of_file`: of a file as a whole. `is_no_record`: of a line that nobody meant as a row.
    """

    title: Title
    is_of_file: bool = False
    is_no_record: bool = False


class _KindsFile(FrozenModel):
    kinds: dict[str, RejectionKind]


@lru_cache(maxsize=1)
def rejection_kinds() -> dict[str, RejectionKind]:
    """Read all kinds, by id."""
    return read_model(_FILE, _KindsFile).kinds


def kinds_of_no_record() -> tuple[str, ...]:
    """Name the kinds of lines that nobody meant as rows: they do not count as missing."""
    return tuple(name for name, kind in rejection_kinds().items() if kind.is_no_record)


def require_known(kinds: Iterable[str]) -> None:
    """Raise ValueError for a kind that the vocabulary lacks: nobody could be told what it means."""
    unknown = sorted(set(kinds) - rejection_kinds().keys())
    if unknown:
        raise ValueError(f"rejection_kinds.yml does not know {', '.join(unknown)}")
