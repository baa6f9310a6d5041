"""What a person says at the console, by a form or by a call of the API: the same words, checked the same way.

What belongs here: one function for each thing that can be said, and its entry in the audit log. What does
not: reading forms (forms.py) and requests (api/).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.saying.actions import ActionWord, say_of_actions
from orderhealth_pipeline.pipeline.saying.cases import SaidOfCases, known_role, say_of_cases
from orderhealth_pipeline.pipeline.saying.known import known_value
from orderhealth_pipeline.pipeline.saying.speech import (
    Saying,
    known_rule,
    later_instant,
    require_text,
    verdict_word,
    write_word,
)
from orderhealth_pipeline.said import AboutKind, Said, SaidKind

CaseWord = Literal["ack", "assign", "note", "close"]
Verdict = Literal["confirmed", "false_alarm"]

KINDS: Final[dict[CaseWord, SaidKind]] = {
    "ack": "case_acknowledged",
    "assign": "case_assigned",
    "note": "case_noted",
    "close": "case_closed",
}
_LONGEST_LIST: Final = 2_000
_ROLE: Final = "role:"


@dataclass(frozen=True)
class Speaker:
    """A person who speaks at a console; `why` is what they gave as reason."""

    site: Site
    person: Person
    why: str

    @property
    def at(self) -> datetime:
        """The instant that it is; that of the newest evaluation where that is ahead of the clock."""
        return max(self.site.now(), self.site.board.live().as_of)

    def saying(self) -> Saying:
        """Return who says what follows, when and why. Raises ConfigurationError for a reason that is none."""
        return Saying(self.site.settings, self.person.name, require_text(self.why, "why"), self.at)

    def write(self, verb: str, about: str, values: Sequence[str], entries: Sequence[int | None]) -> None:
        """Write into the audit log what was said, and the entries of the desk's log that say it."""
        listed = ", ".join(values)
        what = listed if len(listed) <= _LONGEST_LIST else f"{listed[:_LONGEST_LIST]}…"
        numbers = [each for each in entries if each is not None]
        span = f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else str(*numbers)
        detail = f"said {span}" if span else None
        self.site.gate.write(Deed(self.site.clock(), self.person.name, verb, about, what, self.why, detail))


@dataclass(frozen=True)
class Target:
    """What findings a word is about."""

    about: AboutKind = "everything"
    value: str | None = None


def speak_of_cases(
    speaker: Speaker,
    case_ids: Sequence[str],
    word: CaseWord,
    what: str | None = None,
    *,
    is_forced: bool = False,
) -> SaidOfCases:
    """Acknowledge, assign, note or close cases. Raises ConfigurationError where a number is wrong."""
    done = say_of_cases(speaker.saying(), case_ids, KINDS[word], what, is_forced=is_forced)
    if done.written:
        entries = [each.entry for each in done.written]
        speaker.write(KINDS[word], "case", [str(each.value) for each in done.written], entries)
    return done


def assigned_to(speaker: Speaker, person: str | None, role: str | None) -> str:
    """Return what a word says that gives a case to a person, else to a role, else to the speaker."""
    if role:
        return _ROLE + known_role(speaker.site.plan.at_present().owners, role, None)
    meant = (person or "").strip()
    accounts = {title: name for name, title in speaker.site.gate.titles().items()}
    return accounts.get(meant, meant) or speaker.person.name


def speak_of_actions(
    speaker: Speaker, kind: ActionWord, action_ids: Sequence[str], until: datetime | None = None
) -> list[Said]:
    """Approve, reject or own actions, all or none. Raises ConfigurationError."""
    written = say_of_actions(speaker.saying(), kind, action_ids, until)
    speaker.write(kind, "action", list(action_ids), [each.entry for each in written])
    return written


def switch_actions(speaker: Speaker, kind: Literal["actions_stopped", "actions_started"]) -> Said:
    """Stop all actions, or let them be sent again."""
    said = speaker.saying()
    written = write_word(said, Said(kind, said.who, said.why, said.at))
    speaker.write(kind, "action", ["all"], [written.entry])
    return written


def report_outcome(
    speaker: Speaker, action_id: str, rule_id: str, outcome: Literal["done", "refused"]
) -> Said:
    """Write what a receiver says that it did with an action."""
    said = speaker.saying()
    word = Said("action_reported", said.who, said.why, said.at, "action", action_id, rule_id, what=outcome)
    written = write_word(said, word)
    speaker.write("action_reported", "action", [action_id], [written.entry])
    return written


def speak_verdict(speaker: Speaker, order_id: str, rule_id: str, verdict: str) -> Said:
    """Say whether a finding was right. Raises ConfigurationError."""
    said = speaker.saying()
    written = write_word(said, verdict_word(said, order_id, rule_id, verdict))
    speaker.write(written.kind, "order", [order_id], [written.entry])
    return written


def snooze_or_allow(
    speaker: Speaker, kind: Literal["snoozed", "allow_listed"], rule: str, target: Target, span: str | None
) -> Said:
    """Explain findings: until then, or, where they are allowed, for good. Raises ConfigurationError."""
    said = speaker.saying()
    until = None if not span else later_instant(span, said.at) or _instant(span)
    if until is None and kind == "snoozed":
        raise ConfigurationError("until: an instant, or a span such as 24h, is expected")
    if until is not None and until <= said.at:
        raise ConfigurationError("--until: an instant later than --at is expected")
    rule_id = known_rule(said.settings, rule)
    value = known_value(said.settings, target.about, target.value)
    word = Said(kind, said.who, said.why, said.at, target.about, value, rule_id, until)
    written = write_word(said, word)
    speaker.write(kind, target.about, [target.value or rule], [written.entry])
    return written


def take_back(speaker: Speaker, entries: Sequence[int]) -> list[Said]:
    """Take entries back, all or none. Raises ConfigurationError where one cannot be."""
    said = speaker.saying()
    undone = Desk(said.settings.desk_address).undo(*entries, who=said.who, why=said.why, at=said.at)
    speaker.write("undone", "entry", [str(entry) for entry in entries], [each.entry for each in undone])
    return undone


def _instant(text: str) -> datetime:
    instant: datetime | None = None
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
    if instant is None or instant.tzinfo is None:
        raise ConfigurationError(
            Message("until: '{text}' is no instant with an offset, and no span such as 24h", text=text[:60])
        )
    return instant
