"""`orderhealth accounts`: who may use the console, from the machine that it runs on.

What belongs here: the calls for an administrator who cannot sign in. What does not: what accounts are
(console/access/), and the page that does the same.
"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text as PlainText

from orderhealth_pipeline.commands.people.account_words import AccountWords, account_words
from orderhealth_pipeline.commands.terminal.options import FILE, output, settings_from
from orderhealth_pipeline.console.access.accounts import By, add_account, new_link
from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.access.roles import ROLES
from orderhealth_pipeline.console.links import password_link
from orderhealth_pipeline.desk.accounts.accounts import Account, read_accounts
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.settings import Settings

_STORE = click.option("--store", type=FILE, help="The store whose desk it is.")
_CONFIG = click.option(
    "--config", type=FILE, help="The configuration. Default: orderhealth.yml of this folder."
)


@click.group()
def accounts() -> None:
    """List who may use the console, add somebody, make a link that sets a password."""


@accounts.command("list")
@_STORE
@_CONFIG
def list_accounts(*, store: Path | None, config: Path | None) -> None:
    """List the accounts."""
    settings = settings_from(config, store=store)
    words, now = account_words(settings.locale), datetime.now(UTC)
    with PeopleDesk(settings.desk_address).looking() as con:
        known = read_accounts(con)
    if not known:
        click.echo(words.nobody)
        return
    table = Table(*words.account_columns.values())
    for each in known:
        table.add_row(*(PlainText(cell) for cell in _cells(each, words, now)))
    output().print(table)


@accounts.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--title", help="What people call the person. Default: NAME.")
@_STORE
@_CONFIG
def add(*, name: str, role: str, title: str | None, store: Path | None, config: Path | None) -> None:
    """Add somebody, and print the link by which the person sets a password."""
    settings = settings_from(config, store=store)
    text = add_account(PeopleDesk(settings.desk_address), Account(name, title or name, role), _by())
    _show_link(settings, name, text)


@accounts.command()
@click.argument("name")
@_STORE
@_CONFIG
def link(*, name: str, store: Path | None, config: Path | None) -> None:
    """Print a link by which somebody sets a new password, once."""
    settings = settings_from(config, store=store)
    _show_link(settings, name, new_link(PeopleDesk(settings.desk_address), name, _by()))


def _by() -> By:
    return By(getpass.getuser(), datetime.now(UTC))


def _show_link(settings: Settings, name: str, text: str) -> None:
    words = account_words(settings.locale)
    click.echo(words.link.format(name=name, hours=limits().link_hours, link=password_link(settings, text)))


def _cells(account: Account, words: AccountWords, now: datetime) -> tuple[str, ...]:
    is_locked = account.locked_until is not None and account.locked_until > now
    state = "closed" if not account.is_active else "locked" if is_locked else "active"
    ways = [words.with_password] if account.password_hash else []
    ways += [account.subject.partition(":")[0]] if account.subject else []
    return account.name, account.title, account.role, words.states[state], ", ".join(ways) or words.without
