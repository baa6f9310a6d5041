"""Where orders wait: a step, at one place or anywhere, as addresses name it.

What belongs here: reading it, its title, and what statements ask for. What does not: the pages that show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from orderhealth_pipeline.process.milestones import PLACES, STEPS
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.texts import Texts

_NAMES: Final = tuple(STEPS)


class Jam(NamedTuple):
    """A step that orders have reached and wait at; `kind` and `place` narrow it to one place."""

    step: str
    kind: str | None = None
    place: str | None = None

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Jam | None:
        """Read what stands in an address; null where it names no step, or no kind of place."""
        step, kind = query.get("from", ""), query.get("by")
        if step not in STEPS or (kind is not None and kind not in PLACES):
            return None
        return cls(step, kind, query.get("value", "") if kind else None)

    @property
    def query(self) -> str:
        """What an address says to name it."""
        given = {"from": self.step, "by": self.kind, "value": self.place}
        return urlencode({name: value for name, value in given.items() if value is not None})

    @property
    def identifiers(self) -> dict[str, Any]:
        """The columns that a statement about its orders looks at."""
        later = [STEPS[each] for each in _NAMES[_NAMES.index(self.step) + 1 :]]
        return {"reached": STEPS[self.step], "later": later, "place": self.kind}

    def title(self, texts: Texts) -> str:
        """Tell the step, and the place."""
        at = _NAMES.index(self.step)
        following = _NAMES[min(at + 1, len(_NAMES) - 1)]
        step = texts("process_step", start=texts.word("step", self.step), end=texts.word("step", following))
        return f"{step} · {mask_text(self.place)}" if self.place else step
