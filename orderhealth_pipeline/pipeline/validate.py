"""The second opinion: every evaluated rule counted once more by Great Expectations, and both counts compared.

What belongs here: turning rules into checks. What does not: how Great Expectations is asked (validation/).
"""

from __future__ import annotations

import json
from typing import Final

import polars as pl

from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.evaluation.assess import Assessment
from orderhealth_pipeline.pipeline.validate_counts import count_check, table_of_facts
from orderhealth_pipeline.rules.evaluate import RuleResult
from orderhealth_pipeline.rules.language.conditions import SystemCount, SystemShare
from orderhealth_pipeline.validation import (
    Check,
    ConditionCheck,
    CountCheck,
    EvaluatorError,
    EvaluatorsDisagreeError,
    ShareCheck,
    require_agreement,
    validate,
)
from orderhealth_pipeline.validation.condition_sql import columns_of_rule, rule_sql

_OUR_FAULT: Final = Message(
    "Nothing was written. This is a fault of the program and not of your data: please report it, with this "
    "message and the rule's expectation file."
)
_SCHEMA: Final = {"rule_id": pl.String, "expectation": pl.String, "gx_unexpected_count": pl.Int64}


def validate_findings(assessment: Assessment) -> pl.DataFrame:
    """Evaluate the rules a second time: rule_id, expectation (JSON), gx_unexpected_count per evaluated rule.

    Orders that were not evaluated again are not counted again either: what was found of them stands, and is
    part of the count.

    Raises OrderHealthError, naming the rules, where the counts differ; then nothing of the run may be
    written.
    """
    evaluated = [result for result in assessment.evaluation.results.values() if result.outcome != "unknown"]
    if not evaluated:
        return pl.DataFrame(schema=_SCHEMA)
    try:
        checks = [_check(assessment, result) for result in evaluated]
        results = validate(
            (assessment.facts.evaluated, [check for check in checks if isinstance(check, ConditionCheck)]),
            (assessment.facts.active, [check for check in checks if isinstance(check, ShareCheck)]),
            (table_of_facts(assessment.system), [check for check in checks if isinstance(check, CountCheck)]),
        )
        require_agreement(results, {result.rule.id: result.counted for result in evaluated})
    except (EvaluatorError, EvaluatorsDisagreeError) as error:
        raise OrderHealthError(Message("{error}. {our_fault}", error=error, our_fault=_OUR_FAULT)) from error
    rows = [
        (
            each.rule_id,
            json.dumps(each.expectation, sort_keys=True),
            each.unexpected_count + assessment.count_standing(each.rule_id),
        )
        for each in results
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _check(assessment: Assessment, result: RuleResult) -> Check:
    rule, condition = result.rule, result.rule.hit_when
    if isinstance(condition, SystemCount):
        return count_check(rule, condition)
    if isinstance(condition, SystemShare):
        column = rule.feature_request(condition.feature).column
        return ShareCheck(rule.id, column, condition.share_below, condition.orders_at_least, rule.severity)
    columns = frozenset(assessment.facts.evaluated.columns)
    return ConditionCheck(rule.id, rule_sql(rule, columns), columns_of_rule(rule, columns), rule.severity)
