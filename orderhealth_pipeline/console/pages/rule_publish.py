"""Publishing a rule: the look before, the deed, taking it back, a second person; and rules of one's own.

What belongs here: the answers. What does not: what refuses a draft (editing/publishing.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.cross_site import TOKEN_FIELD
from orderhealth_pipeline.console.access.places import inner_path
from orderhealth_pipeline.console.editing import publishing
from orderhealth_pipeline.console.editing.bench import CONDITION_FIELD, Bench, bench_of, typed_of
from orderhealth_pipeline.console.editing.publishing import Checked
from orderhealth_pipeline.console.editing.wording import changes_of, says
from orderhealth_pipeline.console.pages.rule import effect_values
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.desk.rule_changes import RuleChange
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.editing.drafts import draft_of
from orderhealth_pipeline.pipeline.editing.publish import ChangedMeanwhileError, is_shipped, put_in_place
from orderhealth_pipeline.resources import expectations_folder

_NOT_KEPT: Final = frozenset({"fingerprint", "why", "follow", TOKEN_FIELD})
_LONGEST_WHY: Final = 500
_PAGES: Final = {"calendar": "/calendar", "words": "/sources"}
"""Where changes of no rule are shown."""


def review(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page that shows a draft before it is published."""
    typed = typed_of(visit.request.query_params.multi_items())
    bench = bench_of(visit, visit.request.path_params["id"], typed)
    seen = typed.get("fingerprint", bench.draft.fingerprint)
    return _values(visit, bench, _checked(visit, bench), conflict=seen != bench.draft.fingerprint)


def publish(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish a draft and go back to its rule; else say what stands in the way, with all that was typed."""
    typed = typed_of((name, value) for name, value in visit.form.multi_items() if isinstance(value, str))
    bench = bench_of(visit, visit.request.path_params["id"], typed)
    found = _checked(visit, bench)
    why, follows = typed.get("why", "").strip()[:_LONGEST_WHY], "follow" in typed
    conflict = typed.get("fingerprint") != bench.draft.fingerprint
    refused = _refused(visit, found, why, follows=follows)
    if conflict or refused or bench.problem or not bench.is_changed:
        return _values(visit, bench, found, conflict=conflict, refused=refused)
    try:
        draft = publishing.with_examples(visit, bench.draft, found.examples)
        about = (bench.rule.id, says(changes_of(bench, visit.words)))
        number = publishing.publish(visit, draft, why, about)
    except ChangedMeanwhileError:
        return _values(visit, bench, found, conflict=True)
    except ConfigurationError as error:
        return _values(visit, bench, found, refused=error.in_locale(visit.locale))
    return RedirectResponse(f"/rules/{bench.rule.id}?done={number}", 303)


def decide(visit: Visit) -> Response:
    """Take a change back, approve it or reject it, and go back to its rule."""
    number, deed = visit.request.path_params["change"], visit.request.path_params["deed"]
    change = visit.site.rule_changes.find(int(number)) if number.isdecimal() else None
    deeds = {
        "undo": ("published", publishing.take_back),
        "approve": ("waiting", publishing.approve),
        "reject": ("waiting", publishing.reject),
    }
    if change is None or deed not in deeds:
        raise HTTPException(404)
    state, act = deeds[deed]
    try:
        if change.state == state:
            act(visit, change)
    except ChangedMeanwhileError:
        return RedirectResponse(f"{_page_of(visit, change)}?conflict={change.change}", 303)
    return RedirectResponse(f"{_page_of(visit, change)}?done={change.change}", 303)


def _page_of(visit: Visit, change: RuleChange) -> str:
    """Return where a change is seen; a rule that is not there, or not any more, has no page."""
    if change.about in _PAGES:
        return _PAGES[change.about]
    return f"/rules/{change.about}" if change.about in visit.plan.catalogue.rules else "/rules"


def copy(visit: Visit) -> Response:
    """Copy the rules of the program into the project, and let its configuration name them."""
    settings = visit.site.settings
    if settings.file is not None and is_shipped(settings.expectations):
        home = settings.file.resolve().parent
        folder = home / "expectations"
        if folder.exists() and folder.resolve() != expectations_folder().resolve():
            raise ConfigurationError("there is a folder of this name already", file=folder)
        if not folder.exists():
            shutil.copytree(expectations_folder(), folder)
        draft = draft_of(settings.file).with_edits(settings.file, [(("expectations",), "expectations")])
        put_in_place(draft.before, draft.after)
        visit.site.adopt(settings.overridden(expectations=folder))
    following = visit.form.get("next")
    return RedirectResponse(inner_path(following if isinstance(following, str) else "/rules"), 303)


def _checked(visit: Visit, bench: Bench) -> Checked:
    if bench.problem is not None or not bench.is_changed:
        return Checked()
    return publishing.checked(visit, bench.draft, bench.rule.id)


def _refused(visit: Visit, found: Checked, why: str, *, follows: bool) -> str:
    if is_shipped(visit.plan.settings.expectations):
        return f"{visit.words('publish_shipped')} {visit.words('publish_shipped_way_out')}"
    if found.refused is not None:
        return found.refused.in_locale(visit.locale)
    if found.examples and not follows:
        return visit.words("publish_follow_missing")
    return "" if why else visit.words("publish_why_missing")


def _values(
    visit: Visit, bench: Bench, found: Checked, *, conflict: bool = False, refused: str = ""
) -> dict[str, Any]:
    settings = visit.plan.settings
    newest = visit.site.rule_changes.newest(bench.rule.id, limit=1) if conflict else []
    effect = effect_values(visit, bench)
    return {
        **effect,
        "kept": [(name, value) for name, value in bench.typed.items() if name not in _NOT_KEPT],
        "has_cards": CONDITION_FIELD in bench.typed,
        "differences": bench.draft.differences(settings.expectations),
        "examples": found.examples,
        "follows": "follow" in bench.typed,
        "why": bench.typed.get("why", ""),
        "refused": refused or (found.refused.in_locale(visit.locale) if found.refused else ""),
        "conflict": conflict,
        "conflict_by": newest[0] if newest else None,
        "second_person": visit.site.settings.console.rules_need_second_person,
    }
