"""What to do about the data, and what it says by itself, in words: shared by page, Markdown and terminal.

What belongs here: lines about feeds, columns and plain figures. What does not: lines about rules and orders
(highlights.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.report.words.blind_words import item_words
from orderhealth_pipeline.report.words.texts import Texts


@dataclass(frozen=True)
class Action:
    """One thing to do now, and a line that says who does it and because of what."""

    text: str
    about: str


def find_out(report: RiskReport, texts: Texts) -> tuple[Action, ...]:
    """Say what unknown rules call for: bring back what has stopped, else add what was never there."""
    stopped = {source.feed: source for source in report.stopped_sources}
    if stopped:
        feeds = texts("list_comma").join(
            texts("feed_in_state", feed=source.title, state=texts.word("state", source.state))
            for source in stopped.values()
        )
        waiting = sum(
            any(state != "missing" for state in rule.blindness.feeds.values())
            for rule in report.unknown_rules
        )
        return (Action(texts("now_sources", feeds=feeds), texts("now_sources_because", n=waiting)),)
    if report.additions:
        return additions(report, texts)[:1]
    unknown = report.unknown_rules
    reasons = dict.fromkeys(rule.unknown_because or "" for rule in unknown)
    return (Action(texts("now_unknown", n=len(unknown)), texts("list_comma").join(reasons)),)


def additions(report: RiskReport, texts: Texts) -> tuple[Action, ...]:
    """Say what could be added to the data next, and what each addition unlocks, the heaviest first."""
    titles = {rule.rule_id: rule.title for rule in report.rules}
    return tuple(
        Action(
            texts("now_add", what=item_words(each.items, report.locale)),
            texts(
                "now_add_because",
                share=formats.percent(each.weight / report.weight),
                rules=texts("list_comma").join(titles[rule_id] for rule_id in each.rules),
            ),
        )
        for each in report.additions
    )


def plain_figures(report: RiskReport, texts: Texts) -> tuple[str, ...]:
    """Say what the orders tell by themselves, a line each; nothing where the score says more."""
    figures = report.figures
    if figures is None:
        return ()
    lines = [texts("figure_orders", n=figures.orders), texts("figure_unpaid", n=figures.unpaid)]
    if figures.refunded_share is not None:
        lines.append(texts("figure_refunded", share=formats.percent(figures.refunded_share)))
    if figures.paid_late is not None:
        lines.append(texts("figure_paid_late", n=figures.paid_late))
    return tuple(lines)
