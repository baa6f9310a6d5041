"""Outside texts as one visible line, fit for a chat, a log and a terminal.

What belongs here: breaks, invisible signs, what a terminal obeys, and length. What does not: what a chat
makes of visible signs (channels/outside_text.py).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_SENTENCE: Final = 180
"""Characters of one title, evidence or instruction; a longer one would bury the rest of the message."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_CONTROL_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98]).*?(?:\x07|\x1b\\|\x9c|$)"
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
"""What a terminal obeys: colours and movements; titles, links and the like; short commands."""


def one_line(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Make an outside text fit to stand in a line: no breaks, nothing invisible or obeyed, not too long."""
    visible = "".join(
        " " if unicodedata.category(sign) in _INVISIBLE else sign for sign in _CONTROL_SEQUENCE.sub(" ", text)
    )
    flat = " ".join(visible.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
