"""What is not certain about feeds that are proposed: columns that fit as well, and words that nobody knows.

What belongs here: saying so. What does not: choosing (propose.py), and why nothing is proposed (hopeless.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderhealth_pipeline.ingest.mapping.proposal import FeedProposal
from orderhealth_pipeline.messages import Message

_STOREFRONT: Final = "storefront_orders"


def doubts_about(feeds: Sequence[FeedProposal]) -> list[Message]:
    """Return what a person should look at before the file is loaded."""
    doubts: list[Message] = []
    for feed in feeds:
        for target, choice in feed.choices.items():
            if choice.others:
                doubts.append(
                    Message(
                        "{feed}.{target} is read from '{column}'; {others} would fit as well",
                        feed=feed.feed,
                        target=target,
                        column=choice.column,
                        others=", ".join(choice.others),
                    )
                )
        for column, words in feed.unknown_words.items():
            doubts.append(
                Message(
                    "{feed}.{column}: nobody knows what {words} means; adapter.yml can say it",
                    feed=feed.feed,
                    column=column,
                    words=", ".join(f"'{word}'" for word in words),
                )
            )
        if feed.feed == _STOREFRONT and feed.choices["status"].column is None:
            doubts.append(
                Message(
                    "there is no column with a status: an order counts as paid where it has a payment time"
                )
            )
    return doubts
