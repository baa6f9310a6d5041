"""Given the real program, `run --json` prints one JSON object and nothing else."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.language.model import Rule
from tests.integration.cli.conftest import AS_OF, PROGRAM, Call, call_program, files_below

HIT_ON_THE_EVE = {
    "buyer_burst",
    "shared_address",
    "low_price",
    "duplicate_order",
    "incomplete_address",
    "paid_not_in_erp",
    "outbound_overdue",
    "tracking_stalled",
    "no_pickup",
    "false_delivery",
    "frequent_returns",
    "pickup_gap",
}

README_ORDERS = {
    "storefront_orders": (
        "order_id,buyer_id,placed_at,status,amount\n"
        "A1001,U1,2026-11-10 09:00:00,paid,128.00\n"
        "A1002,U2,2026-11-10 09:05:00,paid,59.90\n"
    ),
    "payments": (
        "payment_id,order_id,paid_at,amount,status\n"
        "P1,A1001,2026-11-10 09:01:00,128.00,succeeded\n"
        "P2,A1002,2026-11-10 09:06:00,59.90,succeeded\n"
    ),
    "erp_orders": "erp_id,order_id,synced_at,status\nE1,A1001,2026-11-10 09:03:00,approved\n",
}


def default_rules() -> tuple[Rule, ...]:
    return read_catalogue(expectations_folder(), frozenset(feed_contracts())).enabled


def test_json_is_all_there_is_on_standard_output(feeds: Path, tmp_path: Path) -> None:
    answer = call_program(
        "run", "--feeds", feeds, "--as-of", AS_OF, "--store", "new/s.duckdb", "--json", cwd=tmp_path
    )
    assert answer.code == 0, answer.err
    printed = json.loads(answer.out)
    assert answer.out.count("\n") == 1
    assert list(printed) == [
        "as_of",
        "score",
        "confidence",
        "active_orders",
        "findings",
        "rules",
        "rejected",
        "replaced",
        "ahead",
        "unread",
        "alert",
        "seconds",
    ]
    assert printed["as_of"] == "2026-11-10T12:00:00+00:00"
    assert 0 < printed["score"] < 85
    weights = {rule.id: float(rule.weight) for rule in default_rules()}
    judged = sum(
        weights[rule_id] * rule["evaluated"] / printed["active_orders"]
        for rule_id, rule in printed["rules"].items()
    )
    assert printed["confidence"] == pytest.approx(judged / sum(weights.values()), abs=0.0001)
    masked = {"shared_address", "duplicate_order", "incomplete_address"}
    assert masked == {
        rule_id
        for rule_id in HIT_ON_THE_EVE
        if printed["rules"][rule_id]["evaluated"] < printed["active_orders"]
    }
    said = {rule_id: rule["why_unknown"] for rule_id, rule in printed["rules"].items() if rule["why_unknown"]}
    without_refunds = "未参考（文件里没有这些列）：支付流水的 refund_of"
    assert said == dict.fromkeys(("amount_mismatch", "duplicate_payment"), without_refunds)
    assert printed["alert"] == "breach"
    assert set(printed["rules"]) == {rule.id for rule in default_rules() if rule.enabled}
    assert {printed["rules"][rule_id]["outcome"] for rule_id in HIT_ON_THE_EVE} == {"hit"}
    assert printed["findings"] == {
        "open": sum(rule["open"] for rule in printed["rules"].values()),
        "explained": sum(rule["explained"] for rule in printed["rules"].values()),
        "unknown_rules": 0,
    }
    assert printed["rejected"] == printed["ahead"] == {}
    assert printed["replaced"].keys() == {"storefront_orders", "payments", "erp_orders", "wms_shipments"}
    assert printed["seconds"]["ingest"] >= 0
    assert sorted(files_below(tmp_path)) == [
        "new/s.duckdb",
        "new/s.duckdb.secret",
        "new/s.published.duckdb",
    ]


def test_a_missing_feed_makes_the_rules_that_need_it_unknown(
    feeds: Path, tmp_path: Path, orderhealth: Call
) -> None:
    shutil.copytree(feeds, tmp_path / "feeds")
    (tmp_path / "feeds" / "tms_events.csv").unlink()
    printed = json.loads(orderhealth("run", "--as-of", AS_OF, "--json").out)
    unknown = {rule for rule, result in printed["rules"].items() if result["outcome"] == "unknown"}
    assert unknown == {rule.id for rule in default_rules() if "tms_events" in rule.needs}
    assert unknown >= {"tracking_stalled", "no_pickup", "false_delivery", "pickup_gap"}
    assert printed["findings"]["unknown_rules"] == len(unknown)
    assert printed["confidence"] < 1
    assert printed["rules"]["pickup_gap"]["why_unknown"] == "缺少可用的数据：物流轨迹（缺失）"
    assert printed["rules"]["pickup_gap"]["evaluated"] == 0


def test_the_two_orders_of_the_readme_are_judged_by_one_rule_alone(tmp_path: Path, orderhealth: Call) -> None:
    orderhealth("init", "shop", "--tier", "growing")
    feeds = tmp_path / "two"
    feeds.mkdir()
    for feed, lines in README_ORDERS.items():
        (feeds / f"{feed}.csv").write_text(lines, encoding="utf-8")
    answer = orderhealth(
        *("run", "--feeds", feeds, "--as-of", "2026-11-10T10:00:00", "--json"),
        *("--expectations", tmp_path / "shop" / "expectations"),
    )
    printed = json.loads(answer.out)
    judged = {rule_id for rule_id, rule in printed["rules"].items() if rule["outcome"] != "unknown"}
    assert judged == {"paid_not_in_erp"}
    assert printed["rules"]["paid_not_in_erp"]["evaluated"] == 2
    weights = {rule.id: rule.weight for rule in default_rules()}
    whole = sum(weights[rule_id] for rule_id in printed["rules"])
    assert printed["score"] == 70
    assert printed["confidence"] == round(float(weights["paid_not_in_erp"] / whole), 4)
    because = printed["rules"]["incomplete_address"]["why_unknown"]
    assert because == "文件里没有这些列：商城订单的 street、phone"


def test_where_no_rule_can_judge_any_order_there_is_no_score(tmp_path: Path, orderhealth: Call) -> None:
    orderhealth("init", "shop", "--tier", "small")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "storefront_orders.csv").write_text(
        README_ORDERS["storefront_orders"], encoding="utf-8"
    )
    answer = orderhealth(
        *("run", "--feeds", tmp_path / "two", "--as-of", "2026-11-10T10:00:00", "--json"),
        *("--expectations", tmp_path / "shop" / "expectations"),
    )
    printed = json.loads(answer.out)
    assert (printed["score"], printed["confidence"], printed["active_orders"]) == (None, 0, 2)
    assert printed["alert"] is None


def test_rejected_rows_are_counted_per_feed(feeds: Path, tmp_path: Path, orderhealth: Call) -> None:
    shutil.copytree(feeds, tmp_path / "feeds")
    with (tmp_path / "feeds" / "payments.csv").open("a", encoding="utf-8") as stream:
        stream.write("P-WRONG,O-1,yesterday,12.00,alipay,succeeded,\n")
    answer = orderhealth("run", "--as-of", AS_OF, "--json")
    assert answer.code == 0
    assert json.loads(answer.out)["rejected"] == {"payments": 1}
    assert "支付流水：1 行没有读进来（" in answer.err
    assert "时间无法识别 1 行（如 paid_at = yesterday）" in answer.err


def test_without_active_orders_the_score_is_null(tmp_path: Path, orderhealth: Call) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "storefront_orders.csv").write_text(
        "order_id,buyer_id,placed_at,status,amount\nA,B,2026-11-01 10:00:00,cancelled,5\n", encoding="utf-8"
    )
    printed = json.loads(orderhealth("run", "--as-of", AS_OF, "--json").out)
    assert printed["score"] is None
    assert printed["active_orders"] == 0
    assert printed["alert"] is None


NO_INSTANT = "'{as_of}' is no ISO 8601 instant"
NO_SHOP_IS_OPEN = "an instant between the years 1990 and 2200 is expected"


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        ("0001-01-01T00:00:00+08:00", NO_SHOP_IS_OPEN),
        ("9999-12-31T23:59:59-12:00", NO_SHOP_IS_OPEN),
        ("tomorrow", NO_INSTANT),
        ("", NO_INSTANT),
    ],
)
def test_an_as_of_that_is_no_instant_of_a_shop_is_refused(
    feeds: Path, tmp_path: Path, orderhealth: Call, as_of: str, reason: str
) -> None:
    answer = orderhealth("run", "--feeds", feeds, "--as-of", as_of)
    assert answer.code == 2
    assert f"--as-of: {reason.format(as_of=as_of)}" in answer.err
    assert files_below(tmp_path) == {}


def test_an_interrupted_first_run_leaves_nothing_behind(feeds: Path, tmp_path: Path) -> None:
    program = subprocess.Popen(
        [PROGRAM, "run", "-v", "--feeds", feeds, "--as-of", AS_OF, "--store", "s.duckdb"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    for line in program.stderr:
        if line.startswith("rules_and_score took"):
            break  # Great Expectations is being imported now, which takes seconds
    program.send_signal(signal.SIGINT)
    _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert err.strip().endswith("Aborted!")
    assert "Traceback" not in err
    assert files_below(tmp_path) == {}


IMPORTED = """
import sys
from orderhealth_pipeline.cli import calls
calls.main(['rules', 'list'], standalone_mode=False)
print({'dagster', 'great_expectations', 'altair', 'slack_sdk'} & set(sys.modules), file=sys.stderr)
"""


def test_a_call_imports_only_what_it_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        [PROGRAM.with_name("python"), "-c", IMPORTED],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "paid_not_in_erp" in done.stdout
    assert done.stderr.strip() == "set()"
