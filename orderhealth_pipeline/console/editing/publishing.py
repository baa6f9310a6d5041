"""From a draft to the files: what refuses it, who is asked, what is written down, and taking it back.

What belongs here: the order of these. What does not: each of them (pipeline/editing, desk/rule_changes.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.desk.rule_changes import RuleChange, State
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.check import checked_rules, concerned_by, disagreements, following
from orderhealth_pipeline.pipeline.editing.drafts import Draft, rule_file
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, put_in_place
from orderhealth_pipeline.rules.own_examples.example_check import Disagreement


class Author(Protocol):
    """Somebody who changes files at a console, by a page or by a call of the API."""

    @property
    def site(self) -> Site:
        """The console."""
        ...

    @property
    def person(self) -> Person:
        """Who it is."""
        ...


@dataclass(frozen=True)
class Checked:
    """What a draft was found to be: why it is refused, and the examples that disagree with it."""

    refused: ConfigurationError | None = None
    examples: tuple[Disagreement, ...] = ()


def checked(guest: Guest, draft: Draft, rule_id: str) -> Checked:
    """Look at a draft as `orderhealth rules check` does, and run the examples that it concerns."""
    settings = guest.plan.settings
    try:
        catalogue = checked_rules(settings, draft.changed)
        found = tuple(disagreements(settings, catalogue, concerned_by(catalogue, rule_id)))
    except ConfigurationError as error:
        return Checked(error)
    return Checked(None, found)


def refusal_of(author: Author, draft: Draft) -> ConfigurationError | None:
    """Say why a draft of no rule, such as the calendar, is refused, or None where it is not."""
    try:
        checked_rules(author.site.settings, draft.changed)
    except ConfigurationError as error:
        return error
    return None


def with_examples(guest: Guest, draft: Draft, examples: tuple[Disagreement, ...]) -> Draft:
    """Return the draft with examples that expect what their rules say. Raises ConfigurationError."""
    for each in examples:
        path = rule_file(guest.plan, each.rule)
        draft = draft.including(path).with_edits(path, following(each))
    return draft


def publish(author: Author, draft: Draft, why: str, about: tuple[str, str]) -> int:
    """Write a draft, or leave it for a second person, and return the number of the change.

    `about` has what it is about, and what it changes in words. Raises ChangedMeanwhileError.
    """
    folder, site = author.site.settings.expectations, author.site
    files = {
        path.relative_to(folder).as_posix(): (draft.before[path], text)
        for path, text in draft.changed.items()
    }
    state: State = "waiting" if site.settings.console.rules_need_second_person else "published"
    changes = site.rule_changes
    if state == "published":
        put_in_place({path: draft.before[path] for path in draft.changed}, draft.changed)
    return changes.keep((author.person.name, site.now()), why, about, files, state)


def take_back(author: Author, change: RuleChange) -> None:
    """Give the files their texts of before a change. Raises ChangedMeanwhileError, ConfigurationError."""
    _replace(author, change, before=1, after=0)
    author.site.rule_changes.decide(change, "undone", _by(author))


def approve(author: Author, change: RuleChange) -> None:
    """Publish what somebody else drafted; where a file has changed since, the draft lapses."""
    if change.who == author.person.name:
        return
    try:
        _replace(author, change, before=0, after=1)
    except ChangedMeanwhileError:
        author.site.rule_changes.decide(change, "lapsed", _by(author))
    else:
        author.site.rule_changes.decide(change, "published", _by(author))


def reject(author: Author, change: RuleChange) -> None:
    """Leave a draft unpublished."""
    author.site.rule_changes.decide(change, "rejected", _by(author))


def _replace(author: Author, change: RuleChange, *, before: int, after: int) -> None:
    texts: Mapping[Path, tuple[str, str]] = {
        author.site.settings.expectations / name: both for name, both in change.files.items()
    }
    wanted = {path: both[after] for path, both in texts.items()}
    if "" in wanted.values():
        # What refers to a rule that goes would be left without it.
        checked_rules(author.site.settings, wanted)
    put_in_place({path: both[before] for path, both in texts.items()}, wanted)


def _by(author: Author) -> tuple[str, datetime]:
    return author.person.name, author.site.now()
