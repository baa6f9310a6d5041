"""The page that shows what a promotion day came to.

What belongs here: filling page.md. What does not: the figures (figures.py).
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.promotion_day.figures import LOOKS, Figures


def page_of(promotion: Figures, quiet: Figures, orders: int, every: int) -> str:
    """Return the page as Markdown; `every` are the minutes from tick to tick."""
    return (
        Path(__file__)
        .with_name("page.md")
        .read_text(encoding="utf-8")
        .format(
            orders=f"{orders:,}",
            every=every,
            looks=" and ".join(f"{look:%H:%M}" for look in LOOKS),
            looked=f"{promotion.looked_median:,.0f}",
            told=f"{promotion.told_median:,.0f}",
            cases=f"{promotion.cases:,}",
            rows="\n".join(f"| `{channel}` | {count} |" for channel, count in promotion.messages.items()),
            hour=promotion.hour,
            day=promotion.day,
            late=", ".join(promotion.late) or "none",
            quiet=sum(quiet.messages.values()),
        )
    )
