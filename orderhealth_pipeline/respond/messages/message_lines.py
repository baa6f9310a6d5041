"""What every channel renders: a message in plain lines, before any platform's markup.

What belongs here: the shape. What does not: the words (wording.py, notice_wording.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST_NAME: Final = 60
"""Characters of an order's number, a shop or a team."""


@dataclass(frozen=True)
class OrderLines:
    """One TOP5 order: a headline, one line per finding, what to do."""

    headline: str
    findings: tuple[str, ...]
    what_to_do: str


@dataclass(frozen=True)
class MessageLines:
    """The message in plain lines. `link` is a web address or null; `footnotes` stand at the very end.

    `cause_links` are addresses that causes link to, one for each; none where no cause has any.
    """

    kind: str
    title: str
    facts: tuple[str, ...]
    causes_heading: str
    causes: tuple[str, ...]
    orders_heading: str
    orders: tuple[OrderLines, ...]
    link_text: str
    link: str | None
    footnotes: tuple[str, ...]
    cause_links: tuple[str | None, ...] = ()
    open_text: str = ""

    @property
    def linked_causes(self) -> tuple[tuple[str, str | None], ...]:
        """Each cause with the address that it links to, if any."""
        links = self.cause_links or (None,) * len(self.causes)
        return tuple(zip(self.causes, links, strict=True))
