"""Reads how good the input was: how fresh the feeds are, which rows were rejected, which words nobody knows.

What belongs here: source_freshness, rejected_rows and unknown_words. What does not: what rules make of it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from orderhealth_pipeline.report.model_input import RejectedFeed, RejectedSample, Source, UnknownWord
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row
from orderhealth_pipeline.report.words.masking import mask_reason, mask_row, mask_text, mask_word
from orderhealth_pipeline.rules.language.rule_looks import inputs_of

_SAMPLES_OF_A_FEED: Final = 3
_UNKNOWN_WORDS: Final = 20
_STATES: Final = ("missing", "damaged", "stale", "fresh")


def read_sources(reading: Reading) -> tuple[Source, ...]:
    """Read the freshness of every feed: missing and stale ones first, then as the records flow.

    A feed that was never provided and that no enabled rule reads is left out: nobody asks for it.
    """
    order = {feed: position for position, feed in enumerate(reading.feeds)}
    sources = [
        Source(title=reading.feed_title(row["feed"]), **row)
        for row in reading.tables.rows("input/select_source_freshness")
        if row["state"] != "missing" or _is_read(reading, row["feed"])
    ]
    return tuple(sorted(sources, key=lambda one: (_STATES.index(one.state), order.get(one.feed, len(order)))))


def _is_read(reading: Reading, feed: str) -> bool:
    """Say whether an enabled rule reads a feed; of one without a contract, or without rules, nobody knows."""
    if not reading.rules or feed not in reading.feeds:
        return True
    enabled = [rule for rule in reading.rules.values() if rule.enabled]
    inputs = [each for rule in enabled for each in inputs_of(rule.looks)]
    return any(feed in rule.needs for rule in enabled) or any(feed in each.feeds for each in inputs)


def read_rejected(reading: Reading) -> tuple[RejectedFeed, ...]:
    """Read how many rows of each feed were rejected, with a few masked samples; the worst feed first."""
    samples = reading.tables.rows("input/select_rejected_samples", samples=_SAMPLES_OF_A_FEED)
    return tuple(
        RejectedFeed(
            feed=row["feed"],
            title=reading.feed_title(row["feed"]),
            rows=row["rows"],
            samples=tuple(_sample(sample) for sample in samples if sample["feed"] == row["feed"]),
        )
        for row in reading.tables.rows("input/count_rejected_rows")
    )


def _sample(row: Row) -> RejectedSample:
    return RejectedSample(
        file=mask_text(row["file"]),
        line=row["line"],
        reason=mask_reason(row["reason"]),
        row=mask_row(_parsed(row["row"])),
    )


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def read_unknown_words(reading: Reading) -> tuple[UnknownWord, ...]:
    """Read the words that no vocabulary knows, the most frequent first."""
    return tuple(
        UnknownWord(
            feed=row["feed"],
            title=reading.feed_title(row["feed"]),
            column=row["column_name"],
            word=mask_word(row["word"]),
            rows=row["rows"],
        )
        for row in reading.tables.rows("input/select_unknown_words", words=_UNKNOWN_WORDS)
    )
