"""`/cases`: the inbox: what is to be done, one's own first, filtered by the address; bulk words.

What belongs here: the values of `cases.html.j2`. What does not: one case (case.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.case_rows import case_lines, case_words
from orderhealth_pipeline.console.work.filters import CaseFilter
from orderhealth_pipeline.console.work.forms import answered
from orderhealth_pipeline.console.work.jams import Jam
from orderhealth_pipeline.words import SEVERITIES

_ON_A_PAGE: Final = 50
_STATES: Final = ("open", "acknowledged", "in_progress", "resolved", "false_alarm")


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page, after what its form says. Raises StoreError without a run."""
    notice = answered(visit)
    asked = CaseFilter.of_query(visit.request.query_params)
    known = visit.site.board.live(with_ended=asked.with_ended)
    cases, words = known.book.cases, case_words(visit.plan, visit.locale)
    jam = Jam.of_query(visit.request.query_params)
    if jam is not None:
        cases = cases.filter(pl.col("case_id").is_in(_cases_at(visit, jam)))
    chosen = asked.choose(cases, visit.person.name)
    pages = max(-(-chosen.height // _ON_A_PAGE), 1)
    page = min(_number(visit.request.query_params.get("page")), pages)
    shown = chosen.slice((page - 1) * _ON_A_PAGE, _ON_A_PAGE)
    return {
        "notice": notice,
        "asked": asked,
        "jam": None if jam is None else jam.title(visit.texts),
        "jam_query": "" if jam is None else f"&{jam.query}",
        "lines": case_lines(shown, words, known.as_of, visit),
        "as_of": words.minute(known.as_of),
        "n": chosen.height,
        "late": chosen["overdue_since"].drop_nulls().len(),
        "number": page,
        "page_count": pages,
        "states": _STATES,
        "severities": SEVERITIES[::-1],
        "owners": [(name, words.role(name)) for name in sorted(cases["owner"].unique().drop_nulls())],
        "rules": sorted(
            ((name, words.rule(name)) for name in cases["rule_id"].unique()), key=lambda one: one[1]
        ),
        "people": people_of(cases, visit),
        "may_handle": visit.person.may("handle"),
    }


def _cases_at(visit: Visit, jam: Jam) -> list[str]:
    with visit.reading() as con:
        asked = {"value": jam.place}
        found = sql.read(con, "console/cases/select_cases_at_step", asked, **jam.identifiers)
    cases: list[str] = found["case_id"].to_list()
    return cases


def people_of(cases: pl.DataFrame, visit: Visit) -> list[tuple[str, str]]:
    """Return who a case can be given to, each with what they are called: the person first."""
    known = {*cases["holder"].drop_nulls().to_list(), *visit.people} - {visit.person.name}
    return [(name, visit.person_name(name)) for name in (visit.person.name, *sorted(known))]


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() and int(text[:6]) > 0 else 1
