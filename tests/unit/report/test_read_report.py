"""What the report says about the small stores of `stores/`: which run, which rows, in whose words."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.model_findings import RuleResult
from orderhealth_pipeline.report.read.score_parts import print_adding_up
from orderhealth_pipeline.store.file.connection import open_store
from tests.unit.report.conftest import ReportOf, report_about


@pytest.fixture(scope="module")
def promotion(report_of: ReportOf) -> RiskReport:
    return report_of("promotion")


def rule(report: RiskReport, rule_id: str) -> RuleResult:
    return next(result for result in report.rules if result.rule_id == rule_id)


def test_the_latest_run_is_reported_where_none_is_named(report_of: ReportOf) -> None:
    report = report_of("promotion", as_of=None)
    assert (report.as_of.isoformat(), report.health.score) == ("2026-11-10T22:00:00+08:00", 70.0)


def test_nothing_of_a_later_run_is_in_the_report_of_an_earlier_one(promotion: RiskReport) -> None:
    assert promotion.health.score == 82.47
    assert promotion.trend[-1].as_of == promotion.as_of


def test_a_store_without_a_run_says_what_to_start(tmp_path: Path) -> None:
    with open_store(tmp_path / "new.duckdb"):
        pass
    with pytest.raises(StoreError, match=r"no run yet.*orderhealth run"):
        report_about(tmp_path / "new.duckdb", as_of=None)


def test_an_instant_without_a_run_is_named(report_of: ReportOf) -> None:
    with pytest.raises(StoreError, match="no run at 2026-11-10T13:00:00"):
        report_of("promotion", as_of=datetime(2026, 11, 10, 13, tzinfo=UTC))


def test_instants_are_told_in_the_zone_of_the_reader(promotion: RiskReport) -> None:
    assert promotion.as_of.isoformat() == "2026-11-10T20:00:00+08:00"
    assert promotion.top_orders[0].findings[0].sentence.startswith("2026-11-10 18:32 已付款")


def test_the_score_is_compared_with_the_run_before(promotion: RiskReport) -> None:
    assert promotion.health.change == pytest.approx(-6.43)
    assert promotion.health.level == "breach"


def test_a_run_without_a_score_stays_a_gap_in_the_trend(promotion: RiskReport) -> None:
    assert [point.score for point in promotion.trend] == [96.1, 95.2, None, 91.34, 88.9, 82.47]
    assert promotion.trend_has_gaps


def test_a_first_run_has_nothing_to_compare_with(report_of: ReportOf) -> None:
    healthy = report_of("healthy")
    assert healthy.health.previous is None
    assert healthy.health.change is None
    assert rule(healthy, "buyer_burst").appeared is None


def test_lost_points_stand_beside_those_of_the_run_before_dearest_first(promotion: RiskReport) -> None:
    told = [(one.value, one.points, one.previous_points) for one in promotion.attribution["rule"]]
    assert told == [
        ("paid_not_in_erp", 7.41, 3.1),
        ("outbound_overdue", 4.12, 5.4),
        ("pickup_gap", 3.2, 0),
        ("tracking_stalled", 2.8, 0),
        ("buyer_burst", 0, 2.6),
    ]


def test_orders_without_a_warehouse_are_labelled_as_such(promotion: RiskReport) -> None:
    assert [one.label for one in promotion.attribution["warehouse"]] == ["杭州仓", "（暂无）"]


def test_orders_are_stuck_before_the_first_step_of_their_rule_that_they_have_not_reached(
    promotion: RiskReport,
) -> None:
    stuck = {step.step: step.overdue for step in promotion.funnel if step.is_breakpoint}
    assert stuck == {"in_erp": 488, "outbound": 312, "picked_up": 66, "delivered": 30}


def test_a_system_rule_breaks_its_step_by_name_and_not_by_a_number_of_orders(promotion: RiskReport) -> None:
    picked_up = next(step for step in promotion.funnel if step.step == "picked_up")
    assert picked_up.system_rules == ("ERP 发货数与揽收数不符",)
    assert picked_up.previous_run_rate == 0.912


def test_a_step_whose_rules_are_unknown_is_no_healthy_step(report_of: ReportOf) -> None:
    picked_up = report_of("unknown").funnel[-1]
    assert picked_up.unknown == ("物流轨迹（缺失）",)
    assert not picked_up.is_breakpoint


def test_a_top_order_carries_its_findings_weightiest_rule_first(promotion: RiskReport) -> None:
    first = promotion.top_orders[0]
    assert [finding.rule_id for finding in first.findings] == ["paid_not_in_erp", "outbound_overdue"]
    assert (first.amount, first.shop, first.warehouse) == (Decimal(2999), "母婴旗舰店", None)


def test_a_finding_says_who_does_what_in_steps(promotion: RiskReport) -> None:
    finding = promotion.top_orders[0].findings[0]
    assert finding.owner == "系统对接负责人"
    assert finding.steps == ("检查商城到 ERP 的同步任务。", "手工补抓该订单。", "通知客服。")


def test_explained_findings_are_counted_by_their_reason(promotion: RiskReport) -> None:
    on_hold, *others = rule(promotion, "outbound_overdue").explained_by
    assert (on_hold.title, on_hold.orders, others) == ("发货单已暂挂", 1, [])


def test_a_person_who_snoozed_is_a_reason_too(promotion: RiskReport) -> None:
    assert [reason.title for reason in rule(promotion, "buyer_burst").explained_by] == ["已由人暂缓"]


def test_findings_that_came_and_went_since_the_run_before_are_counted(promotion: RiskReport) -> None:
    burst = rule(promotion, "buyer_burst")
    assert (burst.appeared, burst.resolved) == (1, 1)
    overdue = rule(promotion, "outbound_overdue")
    assert (overdue.appeared, overdue.resolved) == (0, 0)


def test_examples_of_a_rule_are_open_findings_the_dearest_order_first(promotion: RiskReport) -> None:
    examples = [one.order_id for one in rule(promotion, "outbound_overdue").samples]
    assert examples == ["TM20261110000001", "C487", "C488"]


def test_a_finding_that_is_explained_is_no_example(promotion: RiskReport) -> None:
    assert [one.order_id for one in rule(promotion, "buyer_burst").samples] == ["TM20261110000002"]


def test_the_system_itself_can_be_the_example(promotion: RiskReport) -> None:
    (example,) = rule(promotion, "pickup_gap").samples
    assert example.order_id is None
    assert example.sentence == "ERP 已发货的 13,980 单中只有 76.0% 有物流扫描（低于 90% 即预警）"


def test_rules_stand_by_stage_in_the_order_of_an_orders_life(promotion: RiskReport) -> None:
    stages = [stage for stage, _ in promotion.stages]
    assert stages == ["ordering", "payment", "warehouse", "logistics", "after_sales", "system"]


def test_an_unknown_rule_names_the_feed_it_lacks(report_of: ReportOf) -> None:
    assert (
        rule(report_of("unknown"), "tracking_stalled").unknown_because == "缺少可用的数据：物流轨迹（缺失）"
    )


def test_a_rule_that_the_run_left_out_is_unknown(report_of: ReportOf) -> None:
    left_out = rule(report_of("unknown"), "false_delivery")
    assert (left_out.outcome, left_out.unknown_because) == ("unknown", "本次运行没有检查这条规则")


def test_a_rule_whose_file_is_gone_keeps_its_result_under_its_id(
    stores: dict[str, Path], tmp_path: Path
) -> None:
    store = tmp_path / "copy.duckdb"
    store.write_bytes(stores["healthy"].read_bytes())
    with open_store(store) as con:
        con.execute(
            "insert into rule_results (as_of, rule_id, outcome, evaluated, open, explained, weight)"
            " values ('2026-11-10 20:00:00+08', 'retired', 'hit', 120, 4, 0, 0.2);"
            "insert into findings values ('A', 'retired', 'payment', 'low', 'open', null, '{}',"
            " '2026-11-10 20:00:00+08', '2026-11-10 20:00:00+08', null);"
            "insert into findings values ('B', 'retired', 'payment', 'low', 'explained', 'old_reason', '{}',"
            " '2026-11-10 20:00:00+08', '2026-11-10 20:00:00+08', null)"
        )
    retired = rule(report_about(store), "retired")
    assert (retired.title, retired.stage, retired.open) == ("retired", "unlisted", 4)
    assert [one.sentence for one in retired.samples] == ["retired"]
    assert [reason.title for reason in retired.explained_by] == ["old_reason"]


def test_a_feed_that_no_contract_knows_keeps_its_name(stores: dict[str, Path], tmp_path: Path) -> None:
    store = tmp_path / "copy.duckdb"
    store.write_bytes(stores["healthy"].read_bytes())
    with open_store(store) as con:
        con.execute("insert into source_freshness (feed, rows, state) values ('coupons', 0, 'missing')")
    assert [one.title for one in report_about(store).sources] == ["coupons", "商城订单", "物流轨迹"]


def test_missing_feeds_stand_first(report_of: ReportOf) -> None:
    assert [(one.feed, one.state) for one in report_of("unknown").sources] == [
        ("tms_events", "missing"),
        ("storefront_orders", "fresh"),
    ]


def test_rejected_rows_are_counted_by_feed_with_masked_samples(promotion: RiskReport) -> None:
    assert [(feed.feed, feed.rows) for feed in promotion.rejected] == [
        ("storefront_orders", 2),
        ("payments", 1),
    ]
    assert promotion.rejected_rows == 3
    first = promotion.rejected[0].samples[0]
    assert (first.file, first.line) == ("storefront_orders_2.csv", 812)
    assert first.reason == "placed_at: instant expected: '王***'"


def test_an_open_alert_tells_how_far_its_messages_came(promotion: RiskReport) -> None:
    assert promotion.alert is not None
    assert promotion.alert.is_open
    assert [(one.channel, one.state, one.attempts) for one in promotion.alert.deliveries] == [
        ("dingtalk", "failed", 3),
        ("feishu", "sent", 1),
        ("wecom", "pending", 1),
    ]


def test_the_address_of_a_robot_is_a_secret(promotion: RiskReport) -> None:
    assert promotion.alert is not None
    assert promotion.alert.deliveries[0].last_error == "HTTP 429 from https://oapi.dingtalk.com/…"


def test_no_alert_is_no_alert(report_of: ReportOf) -> None:
    assert report_of("healthy").alert is None


def test_the_gap_of_a_system_level_rule_is_split_by_warehouse_and_carrier(report_of: ReportOf) -> None:
    (rule,) = [rule for rule in report_of("promotion").rules if rule.rule_id == "pickup_gap"]
    assert [(part.dimension, part.label, part.lacking, part.concerned) for part in rule.gap] == [
        ("warehouse", "杭州仓", 3000, 9000),
        ("warehouse", "（暂无）", 355, 4980),
        ("carrier", "中通 137****5678", 3355, 13980),
    ]
    assert rule.gap_orders == 3355


def test_money_at_stake_is_told_by_currency(report_of: ReportOf) -> None:
    stakes = [(one.currency, one.orders, one.amount) for one in report_of("promotion").at_stake]
    assert stakes == [(None, 894, Decimal("1299.5")), ("CNY", 2, Decimal(3398))]


def test_printed_points_add_up_to_their_printed_sum(report_of: ReportOf) -> None:
    report = report_of("promotion")
    for contributions in report.attribution.values():
        assert all(round(one.points, 2) == one.points for one in contributions)
    rules = sum(Decimal(str(one.points)) for one in report.attribution["rule"])
    assert rules == Decimal("17.53")


@pytest.mark.parametrize(
    ("exact", "printed"),
    [
        (["0.3333", "0.3333", "0.3334"], [0.33, 0.33, 0.34]),
        (["0.0050", "0.0050", "0.0050", "0.0050"], [0.01, 0.01, 0.0, 0.0]),
        (["8.8349", "3.0549"], [8.84, 3.05]),
        ([], []),
    ],
)
def test_what_rounding_leaves_over_goes_to_those_it_took_most_from(
    exact: list[str], printed: list[float]
) -> None:
    rows = [{"points": Decimal(points)} for points in exact]
    print_adding_up(rows, "points")
    assert [row["points"] for row in rows] == printed


def test_orders_with_the_same_problems_are_counted_once(report_of: ReportOf) -> None:
    # 95 more orders stand still on their way, and no other has the sets of rules of the first two.
    assert [order.others_alike for order in report_of("promotion").top_orders] == [None, None, 95]


def test_a_step_whose_feed_cannot_be_relied_on_is_unknown(stores: dict[str, Path], tmp_path: Path) -> None:
    store = tmp_path / "damaged.duckdb"
    shutil.copy(stores["promotion"], store)
    with duckdb.connect(store) as con:
        con.execute("update source_freshness set state = 'damaged' where feed = 'payments'")
    funnel = {step.step: step for step in report_about(store).funnel}
    assert funnel["paid"].unknown == ("支付流水（损坏）",)
    assert funnel["in_erp"].unknown == ()
