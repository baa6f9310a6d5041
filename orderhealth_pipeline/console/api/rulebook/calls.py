"""The calls about rules, the calendar and changes: where each is, what it needs, what it is given and gives.

What belongs here: one line a call, as in api/registry.py. What does not: the functions.
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.console.api.call import Call
from orderhealth_pipeline.console.api.rulebook import backtests, calendar, changes, new_rules, rules
from orderhealth_pipeline.console.api.rulebook import models as m

RULEBOOK: Final[tuple[Call, ...]] = (
    Call("list_rules", "GET", "/rules", "look", "Rules", rules.list_rules, m.RuleList),
    Call(
        *("add_rule", "POST", "/rules", "change_rules", "Publish a new rule", new_rules.add_rule),
        m.ChangeOfRules,
        body=m.NewRuleBody,
        status=201,
        failures=(409,),
    ),
    Call(
        *("preview_new_rule", "POST", "/rules/preview", "look", "What a new rule would find"),
        *(new_rules.preview_new_rule, m.EffectAnswer),
        body=m.NewRuleDraft,
    ),
    Call(
        *("show_rule", "GET", "/rules/{rule_id}", "look", "One rule", rules.show_rule, m.WholeRule),
        m.RuleQuery,
        failures=(404,),
    ),
    Call(
        *("preview_rule", "POST", "/rules/{rule_id}/preview", "look", "What a draft of a rule would do"),
        *(rules.preview_rule, m.EffectAnswer),
        body=m.RuleDraft,
        failures=(404,),
    ),
    Call(
        *("publish_rule", "POST", "/rules/{rule_id}/publish", "change_rules", "Publish a draft of a rule"),
        *(rules.publish_rule, m.ChangeOfRules),
        body=m.PublishBody,
        status=201,
        failures=(404, 409),
    ),
    Call(
        *(
            "list_likenesses",
            "GET",
            "/orders/{order_id}/likenesses",
            "look",
            "What is unusual about an order",
        ),
        *(new_rules.list_likenesses, m.LikenessList),
        failures=(404,),
    ),
    Call(
        *("list_changes", "GET", "/rule-changes", "look", "What people changed of rules and calendar"),
        *(changes.list_changes, m.ChangeList, m.ChangesQuery),
    ),
    Call(
        *("undo_change", "POST", "/rule-changes/{change}/undo", "change_rules", "Take a change back"),
        *(changes.undo_change, m.ChangeOfRules),
        failures=(404, 409),
    ),
    Call(
        *("approve_change", "POST", "/rule-changes/{change}/approve", "change_rules"),
        *("Publish what somebody else drafted", changes.approve_change, m.ChangeOfRules),
        failures=(404, 409),
    ),
    Call(
        *("reject_change", "POST", "/rule-changes/{change}/reject", "change_rules"),
        *("Leave a draft unpublished", changes.reject_change, m.ChangeOfRules),
        failures=(404, 409),
    ),
    Call(
        *("show_calendar", "GET", "/calendar", "look", "Which profile is in force when"),
        *(calendar.show_calendar, m.CalendarAnswer),
    ),
    Call(
        *("publish_calendar", "POST", "/calendar", "change_rules", "Publish all entries of the calendar"),
        *(calendar.publish_calendar, m.ChangeOfRules),
        body=m.CalendarBody,
        status=201,
        failures=(409,),
    ),
    Call(
        *(
            "preview_calendar",
            "POST",
            "/calendar/preview",
            "look",
            "What a draft of the calendar would change",
        ),
        *(calendar.preview_calendar, m.CalendarPreview),
        body=m.CalendarDraft,
    ),
    Call(
        *("list_backtests", "GET", "/backtests", "look", "Back-tests that people asked for"),
        *(backtests.list_backtests, backtests.BacktestList, backtests.BacktestsQuery),
    ),
    Call(
        *("start_backtest", "POST", "/backtests", "change_rules", "Hold a draft against the past"),
        *(backtests.start_backtest, backtests.WholeBacktest),
        body=backtests.BacktestBody,
        status=202,
        failures=(404,),
    ),
    Call(
        *("show_backtest", "GET", "/backtests/{backtest}", "look", "How far a back-test is, what it found"),
        *(backtests.show_backtest, backtests.WholeBacktest),
        failures=(404,),
    ),
    Call(
        *("stop_backtest", "POST", "/backtests/{backtest}/stop", "change_rules", "Let a back-test end"),
        *(backtests.stop_backtest, backtests.WholeBacktest),
        failures=(404, 409),
    ),
)
