"""Reads what the rules found: the result of every rule, and sentences about some of its orders.

What belongs here: rule_results and findings. What does not: the TOP5 (top_orders.py), points and funnel
(score_parts.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from orderhealth_pipeline.report.model import Contribution
from orderhealth_pipeline.report.model_findings import (
    ExplainedCount,
    GapPart,
    OrderSentence,
    RuleResult,
)
from orderhealth_pipeline.report.model_input import Source
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row
from orderhealth_pipeline.report.words.blind_words import what_is_lacking, what_orders_lack, why_unknown
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.report.words.sentences import steps_of
from orderhealth_pipeline.report.words.verdict_words import verdict_lines
from orderhealth_pipeline.rules.blindness import Blindness
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.precision import Judged, Precision, Proposal
from orderhealth_pipeline.words import Stage

_SAMPLES_OF_A_RULE: Final = 3
_STAGES: Final[tuple[str, ...]] = get_args(Stage)
_NOT_RUN: Final[Row] = {
    "outcome": "unknown",
    "evaluated": None,
    "open": 0,
    "explained": 0,
    "weight": None,
    "blindness": None,
}


@dataclass(frozen=True)
class _AboutRules:
    """What the tables say about all rules of the run, by rule id."""

    results: dict[str, Row]
    points: dict[str, float]
    samples: dict[str, tuple[OrderSentence, ...]]
    explained_by: dict[str, tuple[ExplainedCount, ...]]
    changes: dict[str, Row]
    gaps: dict[str, tuple[tuple[GapPart, ...], int]]
    judged: dict[str, Judged]


def read_rule_results(
    reading: Reading, sources: Sequence[Source], contributions: Sequence[Contribution]
) -> tuple[RuleResult, ...]:
    """Read the result of every rule of the run and of every enabled rule it left out, by stage and points."""
    rows = reading.tables.rows("findings/select_rule_results", as_of=reading.as_of)
    about = _AboutRules(
        results={row.pop("rule_id"): row for row in rows},
        points={contribution.value: contribution.points for contribution in contributions},
        samples=_read_samples(reading),
        explained_by=_read_explanations(reading),
        changes=_read_changes(reading),
        gaps=_read_gaps(reading),
        judged=_read_judged(reading),
    )
    left_out = [rule.id for rule in reading.rules.values() if rule.enabled and rule.id not in about.results]
    results = [_rule_result(reading, rule_id, about, sources) for rule_id in (*about.results, *left_out)]
    return tuple(
        sorted(results, key=lambda one: (_stage_position(one.stage), -one.points, -one.open, one.rule_id))
    )


def _stage_position(stage: str) -> int:
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES)


def _rule_result(reading: Reading, rule_id: str, about: _AboutRules, sources: Sequence[Source]) -> RuleResult:
    rule = reading.rules.get(rule_id)
    result = dict(about.results.get(rule_id, _NOT_RUN))
    was_run = rule_id in about.results
    blindness = _blindness(rule, result.pop("blindness"), sources)
    is_unknown = result["outcome"] == "unknown"
    changes = about.changes.get(rule_id, {"appeared": 0, "resolved": 0}) if reading.previous_as_of else {}
    judged = about.judged.get(rule_id)
    gap, gap_orders = about.gaps.get(rule_id, ((), 0))
    return RuleResult(
        rule_id=rule_id,
        title=reading.rule_title(rule_id),
        points=about.points.get(rule_id, 0.0),
        blindness=blindness,
        unknown_because=_unknown_because(reading, blindness, was_run=was_run) if is_unknown else None,
        lacking=None if is_unknown else what_is_lacking(blindness, reading.locale) or None,
        not_judged=None if is_unknown else _not_judged(reading, blindness, result) or None,
        explained_by=about.explained_by.get(rule_id, ()),
        samples=about.samples.get(rule_id, ()),
        gap=gap,
        gap_orders=gap_orders,
        appeared=changes.get("appeared"),
        resolved=changes.get("resolved"),
        verdicts=verdict_lines(judged, reading.texts) if judged else (),
        is_noisy=judged is not None and judged.precision.is_noisy,
        **of_file(reading, rule),
        **result,
    )


def of_file(reading: Reading, rule: Rule | None) -> dict[str, Any]:
    """What the report shows of a rule's file; nothing where the file is gone."""
    if rule is None:
        nothing = {"owner": "", "means": "", "steps": ()}
        return {"stage": "unlisted", "severity": None, "is_system_level": False, **nothing}
    return {
        "stage": rule.stage,
        "severity": rule.severity,
        "is_system_level": rule.is_system_level,
        "owner": rule.owner.in_locale(reading.locale),
        "means": rule.means.in_locale(reading.locale),
        "steps": steps_of(rule.what_to_do.in_locale(reading.locale)),
    }


def _blindness(rule: Rule | None, kept: str | None, sources: Sequence[Source]) -> Blindness:
    """Read what the run kept; of a run that kept nothing, the feeds tell that the rule needs."""
    if kept is not None or rule is None:
        return Blindness.model_validate_json(kept or "{}")
    return Blindness(
        feeds={one.feed: one.state for one in sources if one.feed in rule.needs and one.state != "fresh"}
    )


def _unknown_because(reading: Reading, blindness: Blindness, *, was_run: bool) -> str:
    return why_unknown(blindness, reading.locale) if was_run else reading.texts("unknown_not_run")


def _not_judged(reading: Reading, blindness: Blindness, result: Row) -> str:
    orders = reading.active_orders - result["evaluated"] if blindness.of_order else 0
    return what_orders_lack(blindness, orders, reading.locale)


def _read_samples(reading: Reading) -> dict[str, tuple[OrderSentence, ...]]:
    samples: dict[str, tuple[OrderSentence, ...]] = defaultdict(tuple)
    for row in reading.tables.rows(
        "findings/select_sample_findings", as_of=reading.as_of, samples=_SAMPLES_OF_A_RULE
    ):
        sentence = reading.sentence(row["rule_id"], row["evidence"])
        samples[row["rule_id"]] += (OrderSentence(order_id=row["order_id"], sentence=sentence),)
    return samples


def _read_explanations(reading: Reading) -> dict[str, tuple[ExplainedCount, ...]]:
    counts: dict[str, tuple[ExplainedCount, ...]] = defaultdict(tuple)
    for row in reading.tables.rows("findings/count_explanations", as_of=reading.as_of):
        title = _explanation_title(reading, row["rule_id"], row["explained_by"])
        counts[row["rule_id"]] += (ExplainedCount(title=title, orders=row["orders"]),)
    return counts


def _explanation_title(reading: Reading, rule_id: str, explanation_id: str) -> str:
    rule = reading.rules.get(rule_id)
    for explanation in rule.explanations if rule else ():
        if explanation.id == explanation_id:
            return explanation.title.in_locale(reading.locale)
    return reading.texts.word("explanation", explanation_id)


def _read_changes(reading: Reading) -> dict[str, Row]:
    if reading.previous_as_of is None:
        return {}
    rows = reading.tables.rows(
        "findings/count_finding_changes", as_of=reading.as_of, previous_as_of=reading.previous_as_of
    )
    return {row.pop("rule_id"): row for row in rows}


def _read_gaps(reading: Reading) -> dict[str, tuple[tuple[GapPart, ...], int]]:
    gaps = {}
    for row in reading.tables.rows("findings/select_places_of_gaps", as_of=reading.as_of):
        evidence = json.loads(row["evidence"] or "{}")
        parts = tuple(
            GapPart(
                dimension=dimension,
                label=reading.texts("no_value") if part["value"] is None else mask_text(part["value"]),
                concerned=part["orders_concerned"],
                lacking=part["orders_concerned"] - part["orders_true"],
            )
            for dimension, in_places in evidence.get("places", {}).items()
            for part in in_places
        )
        lacking = evidence.get("orders_concerned", 0) - evidence.get("orders_true", 0)
        gaps[row["rule_id"]] = parts, lacking
    return gaps


def _read_judged(reading: Reading) -> dict[str, Judged]:
    return {
        row["rule_id"]: Judged(
            Precision(row["confirmed"], row["false_alarms"]),
            row["proposed_operator"]
            and Proposal(row["proposed_operator"], row["proposed_figure"], row["false_alarms_lost"]),
        )
        for row in reading.tables.rows("findings/select_rule_precision", as_of=reading.as_of)
    }
