"""What is not in a result, in sentences that the terminal, the page and the chat share.

What belongs here: words for what read/input.py reads. What does not: looks, and unread files (unread.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from orderhealth_pipeline.report.model_input import RejectedReason, UnreadInput
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.texts import Texts


def input_lines(lacking: Sequence[UnreadInput], texts: Texts) -> list[str]:
    """Say, a line each, what of every feed was not read or lies ahead, what matters most first."""
    return [line for one in lacking for line in _lines(one, texts)]


def _lines(one: UnreadInput, texts: Texts) -> list[str]:
    lines = []
    if one.rejected:
        reasons = texts("input_separator").join(_reason(reason, texts) for reason in one.reasons)
        share = formats.percent(one.rejected_share)
        lines.append(texts("input_rejected", feed=one.title, n=one.rejected, share=share, reasons=reasons))
    if one.is_damaged:
        lines.append(texts("input_damaged", feed=one.title))
    if one.unowned:
        lines.append(texts("input_unowned", feed=one.title, n=one.unowned, rows=one.rows))
    if one.ahead:
        hours = formats.number(round(one.hours_ahead, 1))
        lines.append(texts("input_ahead", feed=one.title, n=one.ahead, hours=hours))
    return lines


def _reason(reason: RejectedReason, texts: Texts) -> str:
    if reason.sample is None:
        return texts("input_reason", kind=reason.title, n=reason.rows)
    return texts(
        "input_reason_sample", kind=reason.title, n=reason.rows, column=reason.column, sample=reason.sample
    )
