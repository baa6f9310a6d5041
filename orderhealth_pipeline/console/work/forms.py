"""What a form of a page says: its `do` names the word, its other fields what about.

What belongs here: the table of these words with the verb that each needs, and what a person is told then.
What does not: saying it (speaking.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from starlette.exceptions import HTTPException

from orderhealth_pipeline.console.access.roles import Verb
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.console.work.notices import Notice
from orderhealth_pipeline.console.work.speaking import (
    CaseWord,
    Speaker,
    Target,
    assigned_to,
    snooze_or_allow,
    speak_of_actions,
    speak_of_cases,
    speak_verdict,
    switch_actions,
    take_back,
)
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import in_locale
from orderhealth_pipeline.pipeline.saying.actions import ActionWord
from orderhealth_pipeline.said import ABOUT_KINDS, AboutKind, Said

_MOST_UNDONE: Final = 1_000


Saying = Callable[[Visit, Speaker], Notice]


def answered(visit: Visit) -> Notice | None:
    """Say what a form says, and return what the person is told; nothing for a mere look.

    Raises HTTPException (403) where the person may not say it, (400) where nothing of the kind can be said.
    """
    key = (visit.person.form_token, visit.request.url.path)
    if visit.request.method != "POST":
        # What was said makes the page fetch itself again at once: it must not lose its answer by that.
        is_again = visit.request.headers.get("HX-Request") == "true"
        return visit.site.notices.again(key, visit.site.clock()) if is_again else None
    notice = _answered(visit)
    visit.site.notices.keep(key, notice, visit.site.clock())
    return notice


def _answered(visit: Visit) -> Notice:
    do = visit.text("do")
    if visit.text("ack_one"):
        do = "ack"
    if do not in WORDS:
        raise HTTPException(400)
    verb, say = WORDS[do]
    if not visit.person.may(verb):
        raise HTTPException(403)
    speaker = Speaker(visit.site, visit.person, visit.text("why") or visit.words("why_at_console"))
    try:
        return say(visit, speaker)
    except ConfigurationError as error:
        return Notice("refused", tuple(error.in_locale(visit.locale).splitlines()))


def _cases(word: CaseWord, what: str | None = None) -> Saying:
    def say(visit: Visit, speaker: Speaker) -> Notice:
        one = visit.text("ack_one")
        meant = [one] if one else visit.texts_of("case")
        if not meant:
            return Notice("refused", (visit.words("none_chosen"),))
        said = assigned_to(speaker, visit.text("to"), visit.text("role")) if word == "assign" else what
        done = speak_of_cases(speaker, meant, word, said, is_forced=bool(visit.text("reassign")))
        untold = [
            in_locale(line, visit.locale) for line in done.unsaid(visit.site.settings, visit.person_name)
        ]
        untold += [visit.words("yours_already", case=case_id) for case_id in done.own]
        if not done.written:
            return Notice("told", tuple(untold))
        text = visit.words(f"told_{word}", n=len(done.written), what=visit.shown_name(said or ""))
        return Notice("done", (text, *untold), _span(list(done.written)))

    return say


def _actions(kind: ActionWord) -> Saying:
    def say(visit: Visit, speaker: Speaker) -> Notice:
        meant = visit.texts_of("action")
        if not meant:
            return Notice("refused", (visit.words("none_chosen"),))
        written = speak_of_actions(speaker, kind, meant)
        return Notice("done", (visit.words(f"told_{kind}", n=len(written)),), _span(written))

    return say


def _switch(kind: Literal["actions_stopped", "actions_started"]) -> Saying:
    def say(visit: Visit, speaker: Speaker) -> Notice:
        return Notice("done", (visit.words(f"told_{kind}"),), _span([switch_actions(speaker, kind)]))

    return say


def _verdict(verdict: str) -> Saying:
    def say(visit: Visit, speaker: Speaker) -> Notice:
        order = visit.text("order")
        written = speak_verdict(speaker, order, visit.text("rule"), verdict)
        return Notice("done", (visit.words(f"told_verdict_{verdict}", order=order),), _span([written]))

    return say


def _explain(kind: Literal["snoozed", "allow_listed"]) -> Saying:
    def say(visit: Visit, speaker: Speaker) -> Notice:
        about, value = visit.text("about"), visit.text("value") or None
        known: dict[str, AboutKind] = {name: name for name in ABOUT_KINDS}
        target = Target(known.get(about, "everything"), value)
        written = snooze_or_allow(speaker, kind, visit.text("rule") or "all", target, visit.text("until"))
        return Notice("done", (visit.words(f"told_{kind}"),), _span([written]))

    return say


def _undo(visit: Visit, speaker: Speaker) -> Notice:
    first, _, last = visit.text("entries").partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise HTTPException(400)
    entries = range(int(first), int(last or first) + 1)[:_MOST_UNDONE]
    take_back(speaker, entries)
    return Notice("done", (visit.words("told_undone", n=len(entries)),))


def _span(written: list[Said]) -> str:
    numbers = [each.entry for each in written if each.entry is not None]
    return f"{numbers[0]}-{numbers[-1]}" if numbers else ""


WORDS: Final[dict[str, tuple[Verb, Saying]]] = {
    "ack": ("handle", _cases("ack")),
    "assign": ("handle", _cases("assign")),
    "note": ("handle", _cases("note")),
    "case_confirmed": ("handle", _cases("close", "confirmed")),
    "case_false_alarm": ("handle", _cases("close", "false_alarm")),
    "confirmed": ("handle", _verdict("confirmed")),
    "false_alarm": ("handle", _verdict("false_alarm")),
    "snooze": ("handle", _explain("snoozed")),
    "allow": ("handle", _explain("allow_listed")),
    "undo": ("handle", _undo),
    "approve": ("approve", _actions("action_approved")),
    "reject": ("approve", _actions("action_rejected")),
    "own": ("approve", _actions("action_owned")),
    "stop": ("approve", _switch("actions_stopped")),
    "start": ("approve", _switch("actions_started")),
}
"""What a form can say, and the verb that it needs."""
