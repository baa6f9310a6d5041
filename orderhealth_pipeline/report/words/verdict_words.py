"""What people's verdicts say of a rule, in words: how often it was right, and what a noisy one could compare.

What belongs here: those lines, which the report and the list of rules share. What does not: counting
(rules/precision.py).
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.precision import Judged

_SIGNS: Final = {"more_than": ">", "at_least": "≥", "below": "<", "at_most": "≤"}


def verdict_lines(judged: Judged, texts: Texts) -> tuple[str, ...]:
    """Say how many findings were right, whether the rule is noisy, and which figure is proposed."""
    precision = judged.precision
    percent = {name: f"{100 * getattr(precision, name):.0f}" for name in ("share", "low", "high")}
    lines = [texts("rule_precision", confirmed=precision.confirmed, verdicts=precision.verdicts, **percent)]
    if precision.is_noisy:
        lines.append(texts("rule_is_noisy"))
    if judged.proposal is not None:
        lines.append(
            texts(
                "rule_proposal",
                sign=_SIGNS[judged.proposal.operator],
                figure=f"{judged.proposal.figure:g}",
                lost=judged.proposal.lost,
            )
        )
    return tuple(lines)
