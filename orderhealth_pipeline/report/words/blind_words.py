"""What a rule does not see, in words: the same in the report, on the terminal, in --json and in Dagster.

What belongs here: sentences. What does not: finding out (rules/blindness.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orderhealth_pipeline.declared.features import alternatives
from orderhealth_pipeline.frames import FeedColumns
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.additions import Item
from orderhealth_pipeline.rules.blindness import Blindness
from orderhealth_pipeline.words import Locale


def why_unknown(blindness: Blindness, locale: Locale) -> str:
    """Say why a rule could not be evaluated."""
    texts = Texts(locale)
    return _joined(_reasons(blindness, texts), texts) or texts("unknown_no_orders")


def what_is_lacking(blindness: Blindness, locale: Locale) -> str:
    """Say what an evaluated rule was judged without; empty where it lacked nothing."""
    texts = Texts(locale)
    if not blindness.lacking:
        return ""
    return texts("lacks_columns", columns=_columns(blindness.lacking, texts))


def what_orders_lack(blindness: Blindness, orders: int, locale: Locale) -> str:
    """Say how many orders a rule could not judge, and why; empty where it judged all of them."""
    texts = Texts(locale)
    return texts("lacks_orders", n=orders, what=_of_order(blindness, texts)) if orders else ""


def item_words(items: Sequence[Item], locale: Locale) -> str:
    """Name feeds and columns that could be added."""
    texts = Texts(locale)
    feeds = [_title(feed, texts) for feed, column in items if column is None]
    columns: dict[str, tuple[str, ...]] = {}
    for feed, column in items:
        if column is not None:
            columns[feed] = (*columns.get(feed, ()), column)
    return texts("list_comma").join([*feeds, *([_columns(columns, texts)] if columns else [])])


def _reasons(blindness: Blindness, texts: Texts) -> Iterator[str]:
    if blindness.feeds:
        feeds = (
            texts("feed_in_state", feed=_title(feed, texts), state=texts.word("state", state))
            for feed, state in blindness.feeds.items()
        )
        yield texts("unknown_feeds", feeds=texts("list_comma").join(feeds))
    if blindness.columns:
        yield texts("unknown_columns", columns=_columns(blindness.columns, texts))
    if blindness.of_order:
        yield texts("unknown_orders", what=_of_order(blindness, texts))


def _of_order(blindness: Blindness, texts: Texts) -> str:
    return texts("list_comma").join(texts.word("needed", name) for name in blindness.of_order)


def _columns(columns: FeedColumns, texts: Texts) -> str:
    comma = texts("list_comma")
    return comma.join(
        texts(
            "columns_of",
            feed=_title(feed, texts),
            columns=comma.join(_either(feed, name, texts) for name in names),
        )
        for feed, names in columns.items()
    )


def _either(feed: str, column: str, texts: Texts) -> str:
    """Write `paid_at|updated_at` as "paid_at or updated_at", with the feed where it is another one."""
    return texts("either").join(
        name if home == feed else texts("columns_of", feed=_title(home, texts), columns=name)
        for home, name in alternatives(feed, column)
    )


def _title(feed: str, texts: Texts) -> str:
    contract = feed_contracts().get(feed)
    return contract.title.in_locale(texts.locale) if contract else feed


def _joined(parts: Iterator[str], texts: Texts) -> str:
    joined = ""
    for part in parts:
        joined = texts("unknown_and", first=joined, second=part) if joined else part
    return joined
