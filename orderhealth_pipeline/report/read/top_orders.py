"""Reads the orders most at risk with their findings, and what is at stake in all.

What belongs here: top_orders, and the open findings as a whole. What does not: what each rule found
(findings.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict

from orderhealth_pipeline.report.model import MoneyAtStake
from orderhealth_pipeline.report.model_findings import Finding, TopOrder
from orderhealth_pipeline.report.read.findings import of_file
from orderhealth_pipeline.report.read.reading import Reading
from orderhealth_pipeline.report.read.tables import Row
from orderhealth_pipeline.report.words.masking import mask_text


def read_money_at_stake(reading: Reading) -> tuple[MoneyAtStake, ...]:
    """Read what the orders with open findings are worth, a currency each, that of most orders first."""
    rows = reading.tables.rows("findings/select_money_at_stake", as_of=reading.as_of)
    return tuple(MoneyAtStake(**row) for row in rows)


def read_top_orders(reading: Reading) -> tuple[TopOrder, ...]:
    """Read the orders most at risk with all their open findings, the weightiest rule first."""
    findings: dict[str, list[Row]] = defaultdict(list)
    for row in reading.tables.rows("findings/select_findings_of_top_orders", as_of=reading.as_of):
        findings[row["order_id"]].append(row)
    rows = reading.tables.rows("findings/select_top_orders", as_of=reading.as_of)
    alike = _count_others_alike(reading, [row["order_id"] for row in rows], findings)
    return tuple(
        _top_order(reading, row, findings[row["order_id"]], alike.get(row["order_id"])) for row in rows
    )


def _count_others_alike(
    reading: Reading, order_ids: list[str], findings: dict[str, list[Row]]
) -> dict[str, int]:
    """Count, for the last order of each set of rules, the orders with the same set that are not shown."""
    rows = reading.tables.rows("findings/count_alike_orders", as_of=reading.as_of)
    all_of = {row["order_id"]: row["orders"] for row in rows}
    set_of = {order: frozenset(row["rule_id"] for row in findings[order]) for order in order_ids}
    shown = Counter(set_of.values())
    last = {rules: order for order, rules in set_of.items()}
    return {
        order: all_of[order] - shown[rules]
        for rules, order in last.items()
        if all_of.get(order, 0) > shown[rules]
    }


def _top_order(reading: Reading, row: Row, findings: list[Row], others_alike: int | None) -> TopOrder:
    def weight(finding: Row) -> tuple[float, str]:
        rule = reading.rules.get(finding["rule_id"])
        return (-float(rule.weight) if rule else 0.0, finding["rule_id"])

    places = {name: row[name] and mask_text(row[name]) for name in ("shop", "warehouse", "carrier")}
    return TopOrder(
        **{**row, **places},
        others_alike=others_alike,
        findings=tuple(_finding(reading, finding) for finding in sorted(findings, key=weight)),
    )


def _finding(reading: Reading, row: Row) -> Finding:
    told = of_file(reading, reading.rules.get(row["rule_id"]))
    return Finding(
        rule_id=row["rule_id"],
        title=reading.rule_title(row["rule_id"]),
        severity=row["severity"],
        sentence=reading.sentence(row["rule_id"], row["evidence"]),
        owner=told["owner"],
        steps=told["steps"],
    )
