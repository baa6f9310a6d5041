"""Every rule as an asset check on `findings`: what it promises, and what became of it in a run.

What belongs here: from a rule and its result to Dagster's check. What does not: evaluating (rules/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import dagster as dg
import polars as pl

from orderhealth_pipeline.defs.configuration import GraphFacts
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.report.words.blind_words import why_unknown
from orderhealth_pipeline.report.words.sentences import finding_sentence, steps_of
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.evaluate import RuleResult
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.words import Locale, Severity

FINDINGS: Final = dg.AssetKey("findings")
SAMPLE: Final = 10
"""Orders shown per check; all of them stand in the table `findings`."""

_SEVERITIES: Final[dict[Severity, dg.AssetCheckSeverity]] = {
    "low": dg.AssetCheckSeverity.WARN,
    "medium": dg.AssetCheckSeverity.WARN,
    "high": dg.AssetCheckSeverity.ERROR,
    "critical": dg.AssetCheckSeverity.ERROR,
}


def check_specs(facts: GraphFacts) -> list[dg.AssetCheckSpec]:
    """Promise one check per enabled rule; its page says what the rule means, why, and what to do."""
    locale = facts.settings.locale
    return [
        dg.AssetCheckSpec(
            rule.id,
            asset=FINDINGS,
            description=_description(rule, locale),
            metadata={
                "stage": rule.stage,
                "severity": rule.severity,
                "weight": float(rule.weight),
                "owner": rule.owner.in_locale(locale),
                "needs": ", ".join(rule.needs),
            },
        )
        for rule in facts.rules
    ]


def check_results(
    assessment: Assessment, settings: Settings, promised: frozenset[str]
) -> Iterator[dg.AssetCheckResult]:
    """Return the result of every promised rule.

    A rule passes when it was evaluated and has no open finding. A rule enabled after the code location was
    loaded is left out, one disabled since is said to be so: both appear as they are when the location is
    reloaded.
    """
    for rule_id in sorted(promised):
        result = assessment.evaluation.results.get(rule_id)
        if result is None:
            yield _not_evaluated(rule_id, Texts(settings.locale)("check_disabled"), {})
        elif result.outcome == "unknown":
            yield _unknown(result, settings)
        else:
            yield _evaluated(result, assessment, settings)


def _description(rule: Rule, locale: Locale) -> str:
    steps = steps_of(rule.what_to_do.in_locale(locale))
    return "\n\n".join(
        [
            f"**{rule.title.in_locale(locale)}**",
            rule.means.in_locale(locale),
            rule.why.in_locale(locale),
            "\n".join(f"1. {step}" for step in steps),
        ]
    )


def _evaluated(result: RuleResult, assessment: Assessment, settings: Settings) -> dg.AssetCheckResult:
    rule = result.rule
    count = assessment.count(rule.id, "open")
    texts = Texts(settings.locale)
    metadata: dict[str, Any] = {
        **_rule_metadata(rule, result),
        "open": count,
        "explained": assessment.count(rule.id, "explained"),
        "evaluated": result.evaluated,
        # Equal by then: a run whose two evaluators count differently has failed.
        "gx_unexpected_count": result.counted + assessment.count_standing(rule.id),
        "gx_counted_again": assessment.count_evaluated_again(rule),
    }
    found = assessment.findings.filter(rule_id=rule.id, state="open").head(SAMPLE)
    if found.height:
        metadata["sample"] = dg.MetadataValue.table(_sample(rule, found, settings))
    return dg.AssetCheckResult(
        check_name=rule.id,
        asset_key=FINDINGS,
        passed=count == 0,
        severity=_SEVERITIES[rule.severity],
        description=_told(rule, count, texts),
        metadata=metadata,
    )


def _told(rule: Rule, count: int, texts: Texts) -> str:
    title = rule.title.in_locale(texts.locale)
    if not count:
        return texts("check_nothing_open", title=title)
    return texts("check_system_open" if rule.is_system_level else "check_open", title=title, n=count)


def _sample(rule: Rule, found: pl.DataFrame, settings: Settings) -> list[dg.TableRecord]:
    return [
        dg.TableRecord(
            {
                "order_id": order_id or "",
                "evidence": finding_sentence(rule, evidence, locale=settings.locale, zone=settings.zone),
            }
        )
        for order_id, evidence in found.select("order_id", "evidence").rows()
    ]


def _unknown(result: RuleResult, settings: Settings) -> dg.AssetCheckResult:
    texts = Texts(settings.locale)
    title = result.rule.title.in_locale(settings.locale)
    reason = texts("check_unknown", title=title, why=why_unknown(result.blindness, settings.locale))
    missing = {"missing_feeds": ", ".join(result.blindness.feeds)} if result.blindness.feeds else {}
    return _not_evaluated(result.rule.id, reason, {**_rule_metadata(result.rule, result), **missing})


def _not_evaluated(rule_id: str, reason: str, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=rule_id,
        asset_key=FINDINGS,
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description=reason,
        metadata=metadata,
    )


def _rule_metadata(rule: Rule, result: RuleResult) -> dict[str, Any]:
    return {"outcome": result.outcome, "severity": rule.severity, "weight": float(rule.weight)}
