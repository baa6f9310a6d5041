"""Given verdicts on a noisy rule, list, report and tables say how often it is right, and propose a figure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.precision import judged_rules
from orderhealth_pipeline.pipeline.written.write_report import read_report
from orderhealth_pipeline.report.render.html import render_html
from orderhealth_pipeline.report.render.markdown import render_markdown
from orderhealth_pipeline.rules.precision import Judged, Precision, Proposal
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.store.file.files import snapshot_path
from tests.integration.chain.chain import rows_of, run_chain

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
PLANTED = 35
"""What waits longer was found right, what waits as long or less was a false alarm."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of 40 orders that wait for the ERP since 16 to 55 minutes, and what people say of each."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    waits = {f"A{minutes}": minutes for minutes in range(16, 56)}
    orders = ["order_id,buyer_id,placed_at,status,amount"]
    payments = ["payment_id,order_id,paid_at,amount,status"]
    for order, minutes in waits.items():
        at = (NOON - timedelta(minutes=minutes)).isoformat()
        orders.append(f"{order},U{order},{at},paid,99.00")
        payments.append(f"P{order},{order},{at},99.00,succeeded")
    (feeds / "storefront_orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    (feeds / "payments.csv").write_text("\n".join(payments) + "\n", encoding="utf-8")
    (feeds / "erp_orders.csv").write_text(
        "erp_id,order_id,synced_at,status\nE1,A16,2026-11-10T13:00:00+08:00,approved\n", encoding="utf-8"
    )
    store = tmp_path / "s.duckdb"
    run_chain(feeds, store, NOON)
    Desk(str(tmp_path / "s.desk.db")).say(
        *(
            Said(
                "confirmed" if minutes > PLANTED else "false_alarm",
                "Wang",
                "x",
                NOON,
                "order",
                order,
                "paid_not_in_erp",
            )
            for order, minutes in waits.items()
        )
    )
    run_chain(feeds, store, NOON)
    return store


def test_the_planted_figure_stands_in_the_tables(store: Path) -> None:
    query = """
        select rule_id, confirmed, false_alarms, is_noisy,
            proposed_operator, proposed_figure, false_alarms_lost
        from rule_precision
    """
    for file in (store, snapshot_path(store)):
        ((rule, confirmed, false, is_noisy, operator, figure, lost),) = rows_of(file, query)
        assert (rule, confirmed, false, is_noisy) == ("paid_not_in_erp", 20, 20, True)
        assert (operator, lost) == ("more_than", 20)
        assert abs(figure - PLANTED) <= 1


def test_the_list_of_rules_says_the_same(store: Path) -> None:
    settings = Settings(store=store)
    judged = judged_rules(settings, plan_run(settings).catalogue.rules, NOON)
    assert judged == {"paid_not_in_erp": Judged(Precision(20, 20), Proposal("more_than", 35.0, 20))}


def test_the_report_says_the_same_in_both_forms_and_languages(store: Path) -> None:
    for locale, said in (
        ("en", "20 of 40 were right, 50 % (95 %: 35–65 %)"),
        ("zh", "40 次判断中 20 次属实，50 %（95 % 区间 35–65 %）"),
    ):
        report = read_report(plan_run(Settings.model_validate({"store": store, "locale": locale})))
        for page in (render_html(report), render_markdown(report)):
            assert said in page
            assert re.search(
                "(&gt;|>) 35(，会保留全部| all that were right stay and 20 false alarms go)", page
            )
        noisy = [rule.rule_id for rule in report.rules if rule.is_noisy]
        assert noisy == ["paid_not_in_erp"]


def test_a_report_about_an_earlier_run_does_not_tell_what_was_said_since(store: Path) -> None:
    run_chain(store.with_name("feeds"), store, NOON + timedelta(minutes=5))
    report = read_report(plan_run(Settings(store=store)), NOON)
    assert all(rule.verdicts == () for rule in report.rules)
