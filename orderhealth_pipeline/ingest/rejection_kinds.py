"""The kinds of reasons for which rows and files are rejected, read from rejection_kinds.yml.

What belongs here: the vocabulary. What does not: the reasons themselves, which say more of a single row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl

from orderhealth_pipeline.words import Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = Path(__file__).with_name("rejection_kinds.yml")


class RejectionKind(FrozenModel):
    """One kind of reason, by its name for people.

    `is_of_file`: of a file as a whole. `is_no_record`: of a line that nobody meant as a row; with one of the
    `words` such a line begins.
    """

    title: Text
    is_of_file: bool = False
    is_no_record: bool = False
    words: tuple[str, ...] = ()


class _KindsFile(FrozenModel):
    kinds: dict[str, RejectionKind]


@lru_cache(maxsize=1)
def rejection_kinds() -> dict[str, RejectionKind]:
    """Read all kinds, by id."""
    return read_model(_FILE, _KindsFile).kinds


def kinds_of_no_record() -> tuple[str, ...]:
    """Name the kinds of lines that nobody meant as rows: they do not count as missing."""
    return tuple(name for name, kind in rejection_kinds().items() if kind.is_no_record)


@lru_cache(maxsize=1)
def _first_words() -> dict[str, str]:
    """Return the pattern, by kind, of rows (JSON) whose first text is one of its words."""
    begin = r'^\{(?:"[^"]*":\s*(?:null|""),\s*)*"[^"]*":\s*"(?:\\")?\s*'
    end = r"(?:$|[^\p{L}\p{N}])"
    return {
        name: f"(?i){begin}(?:{'|'.join(map(re.escape, kind.words))}){end}"
        for name, kind in rejection_kinds().items()
        if kind.words
    }


def told_by_words(rejections: pl.DataFrame) -> pl.DataFrame:
    """Return rejected rows that begin with the words of a kind that kind."""
    kind = pl.col("kind")
    for name, pattern in _first_words().items():
        kind = pl.when(pl.col("row").str.contains(pattern)).then(pl.lit(name)).otherwise(kind)
    return rejections.with_columns(kind.alias("kind"))


def require_known(kinds: Iterable[str]) -> None:
    """Raise ValueError for a kind that the vocabulary lacks: nobody could be told what it means."""
    unknown = sorted(set(kinds) - rejection_kinds().keys())
    if unknown:
        raise ValueError(f"rejection_kinds.yml does not know {', '.join(unknown)}")
