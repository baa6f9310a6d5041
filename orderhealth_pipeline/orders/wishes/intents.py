"""What people want, told by the phrases of what they wrote: intents of remarks and of open tickets.

What belongs here: finding phrases in folded texts, all texts at once. What does not: the phrases, which stand
in `expectations/intents.yml`, and what is done about an intent. Grain: a text; no units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import polars as pl
from pydantic import model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.words import Text, fold
from orderhealth_pipeline.yaml_files import FrozenModel, read_model

_FILE: Final = "intents.yml"
_TAKEN_OUT: Final = "□"
_NAME: Final = re.compile(r"\{([a-z]+)\}")
_NUMBER: Final = re.compile(r"[0-9]+")
_NO_WORD: Final = re.compile(r"[^\w#]+|_")
_NO_LETTERS: Final = r"[^\p{L}\p{N}#]+"


class Intent(FrozenModel):
    """One thing that people want.

    It holds where a phrase of `says` stands, once those of `unless` were taken out and those that a negation
    stands before. With `is_negation` the phrases are meant with their negations.
    """

    title: Text
    says: tuple[str, ...]
    unless: tuple[str, ...] = ()
    is_negation: bool = False


class Intents(FrozenModel):
    """The file of phrases; `lists` are words that `{name}` in a phrase stands for."""

    negations: tuple[str, ...]
    fillers: tuple[str, ...]
    lists: dict[str, tuple[str, ...]]
    intents: dict[str, Intent]

    @model_validator(mode="after")
    def _knows_its_lists(self) -> Self:
        for name, intent in self.intents.items():
            for phrase in (*intent.says, *intent.unless):
                for used in _NAME.findall(phrase):
                    if used not in self.lists:
                        raise ValueError(
                            Message(
                                "{name}: there is no list '{used}', which '{phrase}' names",
                                name=name,
                                used=used,
                                phrase=phrase,
                            )
                        )
        return self


def read_intents(expectations: Path) -> Intents:
    """Read `intents.yml` of a folder of expectations, or the one that comes along where it has none.

    Raises ConfigurationError with file and line.
    """
    own = expectations / _FILE
    return read_model(own if own.exists() else expectations_folder() / _FILE, Intents)


def intents_of(texts: pl.Series, known: Intents) -> pl.Series:
    """Return the intents of every text, in the order of the file; none of a text that is missing."""
    folded = folded_texts(texts)
    holds = {name: _holds(intent, known) for name, intent in known.intents.items()}
    named = [pl.when(condition).then(pl.lit(name)) for name, condition in holds.items()]
    found = folded.to_frame("text").select(pl.concat_list(named).list.drop_nulls().alias("intents"))
    return found["intents"]


def folded_texts(texts: pl.Series) -> pl.Series:
    """Fold texts as phrases are folded: NFKC, small letters, no blanks or punctuation, `#` for a number."""
    return (
        texts.cast(pl.String)
        .fill_null("")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(r"[0-9]+", "#")
        .str.replace_all(_NO_LETTERS, "")
    )


def _holds(intent: Intent, known: Intents) -> pl.Expr:
    says = list(_phrases(intent.says, known.lists))
    unless = list(_phrases(intent.unless, known.lists))
    text = pl.col("text")
    if unless:
        text = text.str.replace_all(_any_of(unless), _TAKEN_OUT)
    if not intent.is_negation:
        before = f"{_any_of(_folded(known.negations))}{_any_of(_folded(known.fillers))}?"
        text = text.str.replace_all(f"{before}{_any_of(says)}", _TAKEN_OUT)
    return text.str.contains_any(says)


def _phrases(phrases: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Return every phrase folded, with every word of its list in the place of a name."""
    for phrase in phrases:
        name = _NAME.search(phrase)
        if name is None:
            yield from _folded([phrase])
        else:
            spelled = [phrase.replace(name[0], word, 1) for word in lists[name[1]]]
            yield from _phrases(spelled, lists)


def _folded(phrases: Iterable[str]) -> list[str]:
    folded = [_NO_WORD.sub("", _NUMBER.sub("#", fold(phrase))) for phrase in phrases]
    return [phrase for phrase in folded if phrase]


def _any_of(phrases: Sequence[str]) -> str:
    """Return a pattern of any phrase, the longest first."""
    return "(?:" + "|".join(re.escape(each) for each in sorted(phrases, key=len, reverse=True)) + ")"
