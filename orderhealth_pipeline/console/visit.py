"""One request on its way to a page: who asks, in which language, and what there is to read.

What belongs here: what every page asks for. What does not: any page (pages/), and the application (app.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple, TypeVar, get_args

import duckdb
from starlette.datastructures import FormData
from starlette.requests import Request

from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.console.words import Words
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.words import Locale

LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)

_Built = TypeVar("_Built")
_LONGEST_FIELD: Final = 4_000


class Age(NamedTuple):
    """Whether something is old, from when on (milliseconds since 1970), and after how long, in words."""

    is_old: bool
    old_at: int | None
    after: str


@dataclass(frozen=True)
class Guest:
    """A person at the console, by a page or by a call of the API, and the language of the answer."""

    site: Site
    person: Person
    locale: Locale

    @cached_property
    def words(self) -> Words:
        """The console's own words."""
        return Words(self.locale)

    @cached_property
    def texts(self) -> Texts:
        """The report's words."""
        return Texts(self.locale)

    @property
    def plan(self) -> RunPlan:
        """Rules, owners, calendar and settings, as their files say now. Raises ConfigurationError."""
        return self.site.plan.at_present()

    @property
    def report(self) -> RiskReport:
        """The report of the newest evaluation that has come. Raises StoreError where there is none."""
        return self.site.report(self.locale)

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open the published snapshot. Raises StoreError where there is none."""
        return self.site.snapshot.reading()

    def once_published(self, name: str, build: Callable[[], _Built]) -> _Built:
        """Return what was built under a name for this snapshot and language, or build it."""
        return self.site.once_published((name, self.locale), build)

    def role_title(self, role: str) -> str:
        """Return what a role is called; one that the owners' file does not know goes by its name."""
        known = self.plan.owners.roles.get(role)
        return role if known is None else known.title.in_locale(self.locale)

    @cached_property
    def people(self) -> Mapping[str, str]:
        """What people are called, by the names of their accounts."""
        return self.site.gate.titles()

    def person_name(self, name: str) -> str:
        """Return what somebody is called whom the desk knows by a name; masked where it is no account."""
        return self.people.get(name) or mask_text(name)

    def age_of(self, as_of: datetime) -> Age:
        """Say whether an evaluation is old now, and from when on a page that stays open has to say so."""
        settings = self.site.settings
        old_at = as_of + settings.console.old_after
        # Where the settings make time stand still, nothing grows old.
        milliseconds = None if settings.as_of else int(old_at.timestamp() * 1000)
        minutes = Decimal(settings.console.old_after // timedelta(minutes=1))
        return Age(self.site.now() > old_at, milliseconds, formats.duration(minutes, self.locale))


@dataclass(frozen=True)
class Visit(Guest):
    """A request of a page by a person who may see it."""

    request: Request

    @property
    def path(self) -> str:
        """The address of the page with its query."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def form(self) -> FormData:
        """What a form sent; empty where nothing was."""
        sent = getattr(self.request.state, "form", None)
        return sent if isinstance(sent, FormData) else FormData()

    def text(self, field: str) -> str:
        """Return a field of the form without blanks around it; empty where it was not sent."""
        sent = self.form.get(field)
        return sent.strip()[:_LONGEST_FIELD] if isinstance(sent, str) else ""

    def texts_of(self, field: str) -> list[str]:
        """Return all that the form sent under one name, such as the cases that were ticked."""
        return [each for each in self.form.getlist(field) if isinstance(each, str)]

    def shown_name(self, name: str) -> str:
        """Return what people read for whom a case was given to: a name, or the title of a role."""
        role = name.removeprefix("role:")
        known = self.plan.owners.roles.get(role)
        return known.title.in_locale(self.locale) if role != name and known else self.person_name(role)


def locale_of(site: Site, request: Request) -> Locale:
    """Return the language that was asked for just now, or once before, else that of the settings."""
    asked = request.query_params.get("lang") or request.cookies.get("lang")
    for locale in LOCALES:
        if locale == asked:
            return locale
    return site.settings.locale
