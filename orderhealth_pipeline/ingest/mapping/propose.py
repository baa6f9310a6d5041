"""Proposes how the columns of a table fill feeds: by their names, then by what their values look like.

What belongs here: pure choosing. What does not: reading files (examine.py), and asking people (commands/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from orderhealth_pipeline.ingest.adapters.column_looks import ColumnLook
from orderhealth_pipeline.ingest.contracts import ColumnContract, FeedContract
from orderhealth_pipeline.ingest.mapping.doubts import doubts_about
from orderhealth_pipeline.ingest.mapping.hopeless import ambiguous, likeness_by_name, repeated, why_hopeless
from orderhealth_pipeline.ingest.mapping.looks import (
    INSTANTS,
    NUMBERS,
    DayOrder,
    Judged,
    judge_amounts,
    judge_dates,
)
from orderhealth_pipeline.ingest.mapping.proposal import NOTHING_SAID, Choice, FeedProposal, Proposal, Said
from orderhealth_pipeline.ingest.mapping.storefront import storefront_feeds
from orderhealth_pipeline.ingest.mapping.synonyms import LEAST_ALIKE, known_words, likeness, synonyms
from orderhealth_pipeline.ingest.mapping.table import Table, without, words_for_nothing
from orderhealth_pipeline.messages import Message

_FITTING: Final = 0.7
_NEAR: Final = 0.06
_BY_WORDS: Final = 0.3
_TOO_LITTLE: Final = 0.5
"""Of what a table is by its names a proposal takes more, or a column that matters is left out."""
_MOST_WORDS: Final = 60
_STOREFRONT: Final = "storefront_orders"


def propose(
    table: Table,
    contracts: Mapping[str, FeedContract],
    order: DayOrder | None = None,
    said: Said = NOTHING_SAID,
) -> Proposal:
    """Propose the feeds that a table fills.

    `order` is what a person said of days and months, `said` of columns.
    """
    nothing = words_for_nothing(table)
    table = without(table, nothing)
    # Another sheet of the file may have the column.
    said = {
        feed: {target: name for target, name in named.items() if name in table.header}
        for feed, named in said.items()
    }
    found = {
        feed: _choices(table, feed, contract, order, said.get(feed, {}))
        for feed, contract in contracts.items()
    }
    is_paid = "paid_at" in found["payments"]
    complete = {
        feed: choices
        for feed, choices in found.items()
        if not _lacking(feed, choices, contracts[feed], is_paid=is_paid) and feed != "storefront_order_lines"
    }
    meant = [feed for feed in complete if feed in said]
    main = max(meant or complete, key=lambda feed: _weight(complete[feed]), default=None)
    named = {feed: likeness_by_name(table, feed, contract) for feed, contract in contracts.items()}
    by_name = max(named, key=lambda feed: (feed in said, named[feed]))
    if main is None or (not meant and _weight(complete[main]) < _TOO_LITTLE * named[by_name]):
        likeliest = sorted(named, key=lambda feed: feed != by_name)
        lacking = {
            feed: tuple(_lacking(feed, found[feed], contracts[feed], is_paid=is_paid)) for feed in likeliest
        }
        problems = tuple(why_hopeless(table, by_name, lacking[by_name], contracts[by_name], order))
        dates = (judge_dates(table.values(column), order) for column in table.header)
        is_ambiguous = any(judged.is_ambiguous for judged in dates)
        return Proposal(
            *(table, (), {}, nothing, problems),
            has_ambiguous_dates=is_ambiguous,
            lacking={feed: columns for feed, columns in lacking.items() if columns and table.has_a_header},
        )
    plain = {column: choice for column, (choice, _) in complete[main].items()}
    feeds = [FeedProposal(main, plain)]
    if main == _STOREFRONT:
        others = {feed: {name: choice for name, (choice, _) in found[feed].items()} for feed in found}
        feeds = list(storefront_feeds(table, plain, others))
    elif main == "wms_shipments" and _has_lines(found, contracts):
        lines = {name: choice for name, (choice, _) in found["wms_shipment_lines"].items()}
        feeds.append(FeedProposal("wms_shipment_lines", lines))
    feeds = [_with_words(table, feed, contracts[feed.feed]) for feed in feeds]
    feeds = [_in_order(feed, contracts[feed.feed]) for feed in feeds]
    looks, misread = _looks(table, feeds, contracts, order)
    proposal = Proposal(table, tuple(feeds), looks, nothing, tuple(misread))
    left_out = _left_out(proposal, order)
    doubts = (*doubts_about(feeds), *left_out, *repeated(table))
    return replace(proposal, doubts=doubts, has_ambiguous_dates=bool(left_out))


def _has_lines(
    found: Mapping[str, Mapping[str, tuple[Choice, float]]], contracts: Mapping[str, FeedContract]
) -> bool:
    feed = "wms_shipment_lines"
    return not _lacking(feed, found[feed], contracts[feed], is_paid=False)


def _in_order(feed: FeedProposal, contract: FeedContract) -> FeedProposal:
    return replace(
        feed, choices={name: feed.choices[name] for name in contract.columns if name in feed.choices}
    )


def _left_out(proposal: Proposal, order: DayOrder | None) -> list[str]:
    """Name columns with dates that can be misread, and are therefore not read."""
    return [
        ambiguous(column)
        for column in proposal.table.header
        if column not in proposal.used and judge_dates(proposal.table.values(column), order).is_ambiguous
    ]


def _weight(choices: Mapping[str, tuple[Choice, float]]) -> float:
    return sum(score for _, score in choices.values())


def _choices(
    table: Table, feed: str, contract: FeedContract, order: DayOrder | None, said: Mapping[str, str]
) -> dict[str, tuple[Choice, float]]:
    """Choose for every column of a feed the column that was said, else the one that fits best, each once."""
    called = synonyms().columns[feed]
    scored = sorted(
        (
            (score, -table.header.index(name), target, name)
            for target, column in contract.columns.items()
            for name in table.header
            if not table.is_repeated(name)
            and (score := likeness(name, called.get(target, ()))) >= LEAST_ALIKE
            and (score := score + _told_by_words(table.values(name), feed, target)) > 0
            and _fits(table.values(name), column, order)
        ),
        reverse=True,
    )
    chosen = {target: (Choice(name), 1.0) for target, name in said.items()}
    taken = set(said.values())
    for score, _, target, name in scored:
        if target in chosen or name in taken:
            continue
        others = tuple(
            other
            for near, _, same, other in scored
            if same == target and other != name and near >= score - _NEAR
        )
        chosen[target] = (Choice(name, others=others), score)
        taken.add(name)
    return chosen


def _told_by_words(values: Sequence[str], feed: str, target: str) -> float:
    """Say how much more a column is a status for the words in it that are known."""
    known = known_words().get(feed, {}).get(target)
    if known is None or not values:
        return 0
    return _BY_WORDS * sum(value.casefold() in known for value in values) / len(values)


def _fits(values: Sequence[str], column: ColumnContract, order: DayOrder | None) -> bool:
    if column.type in INSTANTS:
        judged = judge_dates(values, order)
        return judged.fits >= _FITTING and not judged.is_ambiguous
    if column.type in NUMBERS:
        return judge_amounts(values).fits >= _FITTING
    if column.type == "status":
        return len(set(values)) <= _MOST_WORDS
    return True


def _lacking(
    feed: str, choices: Mapping[str, tuple[Choice, float]], contract: FeedContract, *, is_paid: bool
) -> list[str]:
    """Name the required columns that nothing fills. That an order was paid says a status, too."""
    says_status = is_paid and feed in {_STOREFRONT, "payments"}
    return [
        name for name in contract.required if name not in choices and not (says_status and name == "status")
    ]


def _with_words(table: Table, feed: FeedProposal, contract: FeedContract) -> FeedProposal:
    words: dict[str, dict[str, str]] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for column in contract.of_type("status"):
        choice = feed.choices.get(column)
        if choice is None or choice.column is None:
            continue
        known = known_words().get(feed.feed, {}).get(column, {})
        seen = dict.fromkeys(table.values(choice.column))
        meanings = {word: known[word.casefold()] for word in seen if word.casefold() in known}
        words[column] = {word: meaning for word, meaning in meanings.items() if word != meaning}
        unknown[column] = tuple(word for word in seen if word not in meanings)
    return replace(
        feed,
        words={name: each for name, each in words.items() if each},
        unknown_words={name: each for name, each in unknown.items() if each},
    )


def _looks(
    table: Table, feeds: Sequence[FeedProposal], contracts: Mapping[str, FeedContract], order: DayOrder | None
) -> tuple[dict[str, ColumnLook], list[str]]:
    looks: dict[str, ColumnLook] = {}
    problems: list[str] = []
    for feed in feeds:
        for target, choice in feed.choices.items():
            kind = contracts[feed.feed].columns[target].type
            if choice.column is None or kind not in INSTANTS | NUMBERS:
                continue
            values = table.values(choice.column)
            judged: Judged = judge_dates(values, order) if kind in INSTANTS else judge_amounts(values)
            if judged.is_ambiguous:
                problems.append(
                    Message("the values of '{column}' can be read in two ways", column=choice.column)
                )
            elif judged.look is not None:
                looks[choice.column] = judged.look
    return looks, list(dict.fromkeys(problems))
