"""Whether there is what people speak of: an order of the store, a role, a feed, a place.

What belongs here: looking a name up before a word about it is written. What does not: rules (speech.py),
cases (cases.py) and actions (actions.py). Orders, buyers, addresses, SKUs and waybills may be snoozed and
allowed before the first record has them: a buyer is allowed ahead of a sale.
"""

from __future__ import annotations

from typing import Final

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError, StoreError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.plan import read_rules, read_settings_owners
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.report.words.plain_text import plain
from orderhealth_pipeline.said import AboutKind
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Text

_PLACES: Final = ("shop", "warehouse", "carrier")
_NAMED: Final = 20


def known_value(settings: Settings, about: AboutKind, value: str | None) -> str | None:
    """Return what a word is about, a role by its name also where its title was given.

    Raises ConfigurationError for a role or a source that there is not.
    """
    if value is None:
        return None
    if about == "role":
        return _known_role(settings, value)
    if about == "source":
        known = [*feed_contracts(), *settings.sources]
        if value not in known:
            raise ConfigurationError(
                Message(
                    "there is no source '{name}'; there are: {known}",
                    name=plain(value),
                    known=", ".join(known),
                )
            )
    return value


def require_order(settings: Settings, order_id: str) -> None:
    """Raise ConfigurationError where the store does not know an order, of which a verdict is to speak.

    Before the first run nobody knows which orders there are, and every one may be spoken of.
    """
    if (unknown := unknown_so_far(settings, "order", order_id)) is not None:
        raise ConfigurationError(unknown)


def unknown_so_far(settings: Settings, about: AboutKind, value: str | None) -> Message | None:
    """Say that there is no such order, or that no order has been at a place and at which they were."""
    if value is None:
        return None
    if about == "order":
        return _unknown_order(settings, value)
    return _unknown_place(settings, about, value) if about in _PLACES else None


def _unknown_order(settings: Settings, order_id: str) -> Message | None:
    def is_known(con: duckdb.DuckDBPyConnection) -> bool:
        ((number,),) = sql.run(con, "respond/why/select_order", {"order_id": order_id})
        return bool(number)

    try:
        known = from_published(settings.store, is_known)
    except StoreError:
        return None
    if known:
        return None
    return Message(
        "there is no order '{order}' in the store: check its number, or run `orderhealth run` "
        "once its records are there",
        order=plain(order_id),
    )


def _unknown_place(settings: Settings, about: AboutKind, value: str) -> Message | None:
    def places(con: duckdb.DuckDBPyConnection) -> list[str]:
        return [name for (name,) in sql.run(con, "people/select_places", column=about)]

    try:
        known = from_published(settings.store, places)
    except StoreError:
        return None
    if value in known:
        return None
    return Message(
        "no order is at '{value}' so far; there are: {known}",
        value=plain(value),
        known=plain(", ".join(known[:_NAMED]) or "-"),
    )


def _known_role(settings: Settings, asked: str) -> str:
    owners = read_settings_owners(settings)
    role = owners.role_of(Text(zh=asked, en=asked))
    known = {*owners.roles, *(owners.role_of(rule.owner) for rule in read_rules(settings).rules.values())}
    if role not in known:
        raise ConfigurationError(
            Message(
                "there is no role '{asked}'; there are: {known}",
                asked=plain(asked),
                known=", ".join(sorted(known)),
            )
        )
    return role
