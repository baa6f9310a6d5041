"""The form of `/sources` by which people say what unknown words mean.

What belongs here: its values, and publishing what was chosen. What does not: the words (word_mapping.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.incoming.word_mapping import (
    ABOUT,
    Place,
    UnknownWord,
    draft_of_meanings,
    says,
    unknown_words,
    words_file,
)
from orderhealth_pipeline.console.orders.vocabulary import vocabulary
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.editing.drafts import Draft, draft_of
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped

FIELD: Final = "meaning."
_LONGEST_WHY: Final = 500
_CHANGES: Final = 8


def word_values(visit: Visit) -> dict[str, Any]:
    """Return what the form shows."""
    names, zone = vocabulary(visit.locale), visit.plan.settings.zone
    done = visit.request.query_params.get("done", "")
    draft = draft_of(words_file(visit.site))
    return {
        "words": [
            {
                "key": each.key,
                "feed": feed_contracts()[each.feed].title.in_locale(visit.locale),
                "column": names.column(each.column),
                "word": each.word,
                "rows": each.rows,
                "first_seen_at": each.first_seen_at and each.first_seen_at.astimezone(zone),
                "options": _options(each, names.word),
                "meaning": names.word(each.meaning) if each.meaning else "",
                "is_hidden": each.is_hidden,
            }
            for each in unknown_words(visit.site)
        ],
        "fingerprint": draft.fingerprint,
        "is_shipped": is_shipped(visit.plan.settings.expectations),
        "second_person": visit.site.settings.console.rules_need_second_person,
        "done": visit.site.rule_changes.find(int(done)) if done.isdecimal() and len(done) < 12 else None,  # noqa: PLR2004 - digits
        "changes_made": visit.site.rule_changes.newest(ABOUT, limit=_CHANGES),
        "chosen": {},
        "why": "",
        "refused": "",
        "conflict": "conflict" in visit.request.query_params,
    }


def publish(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish the chosen meanings; return what stands in the way, with what was chosen."""
    chosen = {
        name.removeprefix(FIELD): value
        for name, value in visit.form.multi_items()
        if name.startswith(FIELD) and isinstance(value, str) and value
    }
    known = {each.key: each for each in unknown_words(visit.site)}
    if not chosen.keys() <= known.keys():
        raise HTTPException(404)
    meanings: dict[Place, str] = {
        (known[key].feed, known[key].column, known[key].word): meaning for key, meaning in chosen.items()
    }
    why = visit.text("why")[:_LONGEST_WHY]
    typed = {"chosen": chosen, "why": why}
    try:
        draft = draft_of_meanings(visit.site, meanings)
        if visit.text("fingerprint") != draft.fingerprint:
            return {**typed, "conflict": True}
        if refused := _refused(visit, draft, why, has_hidden=any(known[key].is_hidden for key in chosen)):
            return {**typed, "refused": refused}
        number = publishing.publish(visit, draft, why, (ABOUT, says(meanings)))
    except ChangedMeanwhileError:
        return {**typed, "conflict": True}
    except ConfigurationError as error:
        return {**typed, "refused": error.in_locale(visit.locale)}
    return RedirectResponse(f"/sources?done={number}#words", 303)


def _refused(visit: Visit, draft: Draft, why: str, *, has_hidden: bool) -> str:
    if is_shipped(visit.plan.settings.expectations):
        return f"{visit.words('publish_shipped')} {visit.words('publish_shipped_way_out')}"
    if has_hidden:
        return visit.words("word_hidden")
    if not draft.changed:
        return visit.words("words_none_chosen")
    if not why:
        return visit.words("publish_why_missing")
    error = publishing.refusal_of(visit, draft)
    return "" if error is None else error.in_locale(visit.locale)


def _options(word: UnknownWord, title: Any) -> list[tuple[str, str]]:
    """Return the statuses that a word may mean with what people read, those that are written alike first."""
    ordered = [*word.near, *(each for each in word.meanings if each not in word.near)]
    return [(each, f"{title(each)} · {each}" if title(each) != each else each) for each in ordered]
