"""Two people who take one case: who came first, and what the second is told.

What belongs here: which words about cases are still to be written. What does not: writing them (desk/), and
telling anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orderhealth_pipeline.cases.words import ROLE
from orderhealth_pipeline.said import Said


@dataclass(frozen=True)
class Taken:
    """A case that somebody has taken already: who has it, and since when."""

    case_id: str
    by: str
    at: datetime


@dataclass
class Taking:
    """Words that people are about to say of cases, of which each was taken at most once `since` it opened.

    With `is_forced` a case is given to another although somebody has it. After `choose`, `taken` are the
    cases that others have, `own` those that the word says again.
    """

    words: Sequence[Said]
    since: Mapping[str, datetime]
    is_forced: bool = False
    taken: list[Taken] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    def choose(self, earlier: Sequence[Said]) -> list[Said]:
        """Return the words to write, of what was said before (undoings included)."""
        undone = {each.value for each in earlier if each.kind == "undone"}
        holders: dict[str, Taken] = {}
        for each in sorted(earlier, key=lambda said: (said.at, said.entry or 0)):
            holder = _holder(each)
            if holder is None or each.value is None or str(each.entry) in undone:
                continue
            if each.at >= self.since[each.value] and (
                each.kind == "case_assigned" or each.value not in holders
            ):
                holders[each.value] = Taken(each.value, holder, each.at)
        return [word for word in self.words if self._is_new(word, holders.get(word.value or ""))]

    def _is_new(self, word: Said, held: Taken | None) -> bool:
        asked = _holder(word)
        if asked is None or held is None:
            return True
        if held.by == asked and word.kind == "case_acknowledged":
            self.own.append(held.case_id)
            return False
        if held.by == asked or (self.is_forced and word.kind == "case_assigned"):
            return True
        self.taken.append(held)
        return False


def _holder(word: Said) -> str | None:
    """Return who has a case after a word about it: a person, never a role."""
    if word.kind == "case_acknowledged":
        return word.who
    if word.kind == "case_assigned" and word.what and not word.what.startswith(ROLE):
        return word.what
    return None
