"""Writes docs/intents.md: how often the phrases of intents.yml say what a reader said of labelled remarks.

`python -m tests.unit.orders.write_intent_docs`
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orderhealth_pipeline.orders.wishes.intents import intents_of, read_intents
from orderhealth_pipeline.resources import expectations_folder

LABELS = Path("tests/data/remark_intents.csv")
PAGE = Path("docs/intents.md")

_ABOUT = """\
# What remarks ask for

Remarks are read by the phrase lists of `expectations/intents.yml`: change them there. Widths, case,
blanks and punctuation do not matter; a phrase with a negation before it does not count, unless it is
meant so ("别打电话").

The phrases are held to remarks that were invented and labelled for it, in
`tests/data/remark_intents.csv`, hard ones among them: negated, ironic, about something else. The phrases
were written with these in view, so real remarks will be judged less well; lists grow with what a shop's
people write. This page is written by the module `tests.unit.orders.write_intent_docs`."""


@dataclass(frozen=True)
class Judged:
    """A remark, what a reader says it asks for, and what the phrases say."""

    text: str
    is_hard: bool
    wanted: frozenset[str]
    found: frozenset[str]


def judged_remarks() -> list[Judged]:
    """Judge every labelled remark."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = pl.Series([row["text"] for row in rows], dtype=pl.String)
    found = intents_of(texts, read_intents(expectations_folder())).to_list()
    return [
        Judged(
            row["text"],
            row["hard"] == "1",
            frozenset(filter(None, row["intents"].split("|"))),
            frozenset(names),
        )
        for row, names in zip(rows, found, strict=True)
    ]


def exact(judged: list[Judged]) -> int:
    """Count the remarks of which exactly the wanted intents were found."""
    return sum(each.wanted == each.found for each in judged)


def page() -> str:
    """Write the page."""
    judged = judged_remarks()
    hard = [each for each in judged if each.is_hard]
    plain = [each for each in judged if not each.is_hard]
    counts = Counter(
        (name, (name in each.wanted, name in each.found))
        for each in judged
        for name in each.wanted | each.found
    )
    names = read_intents(expectations_folder()).intents
    lines = [
        *_ABOUT.splitlines(),
        "",
        "| remarks | labelled | exactly right |",
        "| --- | --- | --- |",
        f"| plain | {len(plain)} | {exact(plain)} ({exact(plain) / len(plain):.1%}) |",
        f"| hard | {len(hard)} | {exact(hard)} ({exact(hard) / len(hard):.1%}) |",
        "",
        "| intent | | wanted and found | wanted, not found | found, not wanted |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, intent in names.items():
        both, missed, wrong = (counts[name, each] for each in ((True, True), (True, False), (False, True)))
        lines.append(f"| `{name}` | {intent.title.zh} · {intent.title.en} | {both} | {missed} | {wrong} |")
    wrong_ones = [
        f"| {each.text} | {', '.join(sorted(each.wanted)) or '—'} | {', '.join(sorted(each.found)) or '—'} |"
        for each in judged
        if each.wanted != each.found
    ]
    if wrong_ones:
        lines += [
            "",
            "Judged wrongly:",
            "",
            "| remark | wanted | found |",
            "| --- | --- | --- |",
            *wrong_ones,
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
