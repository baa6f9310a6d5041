"""The documents as data: their blocks of code, headings, links and inline code.

What belongs here: taking Markdown apart. What does not: whether what it says is true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]

_FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")


@dataclass(frozen=True)
class Block:
    """A fenced block. One with a title is a file of that name; a `bash` block is a command to run."""

    language: str
    title: str | None
    text: str


@dataclass(frozen=True)
class Page:
    """One Markdown file; two pages are the same when their file is."""

    file: Path

    @property
    def name(self) -> str:
        """The path below the checkout."""
        return self.file.relative_to(CHECKOUT).as_posix()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        """The fenced blocks, in order."""
        return [Block(language, title or None, text) for language, title, text in _FENCE.findall(self.text)]

    @cached_property
    def prose(self) -> str:
        """The page without its blocks."""
        return _FENCE.sub("", self.text)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and text of every heading."""
        return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.+)$", self.prose, re.MULTILINE)]

    @property
    def links(self) -> list[str]:
        """The targets of links and pictures, in order."""
        return [link or picture for link, picture in _LINK.findall(self.prose)]

    @property
    def codes(self) -> list[str]:
        """The inline code, in order."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def section(self, heading: str) -> str:
        """Return the prose below a heading that starts so, up to the next one."""
        found = re.search(
            rf"^#+ {re.escape(heading)}[^\n]*\n(.*?)(?=^#|\Z)", self.prose, re.MULTILINE | re.DOTALL
        )
        assert found, f"{self.name}: there is no heading '{heading}'"
        return found.group(1)

    def script(self) -> str:
        """Everything the page tells its reader to do, as one script: write its files, run its commands."""
        return "\n".join(_step(block) for block in self.blocks if block.title or block.language == "bash")


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of the tables in a text, without heads and rules."""
    tables = re.findall(r"(?:^\|.*\n?)+", text, flags=re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def written_pages() -> list[Page]:
    """The documents that people write: the generated pages of the rules are not among them."""
    return [Page(file) for file in sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")])]


def all_pages() -> list[Page]:
    """Every document."""
    return written_pages() + [Page(file) for file in sorted((CHECKOUT / "docs" / "rules").glob("*.md"))]


def _step(block: Block) -> str:
    if block.title is None:
        return block.text
    folder = Path(block.title).parent
    return f"mkdir -p '{folder}'\ncat > '{block.title}' <<'END_OF_FILE'\n{block.text}END_OF_FILE"
