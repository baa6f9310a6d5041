"""What is forgotten of the alert policy's history, and that the rest decides as before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orderhealth_pipeline import sql
from orderhealth_pipeline.respond.decision_log import forget_old
from orderhealth_pipeline.store.file.connection import open_store

NOW = datetime(2026, 11, 10, tzinfo=UTC)


def test_what_holds_is_kept_and_the_facts_at_the_border_are_what_they_were(tmp_path: Path) -> None:
    def at(day: int) -> datetime:
        return NOW - timedelta(days=day)

    with open_store(tmp_path / "s.duckdb") as con:
        for name, state, resolved in (("LIVE", "open", None), ("OVER", "resolved", NOW)):
            con.execute(
                "insert into cases (case_id, rule_id, cause_kind, owner, severity, state, began_at, "
                "opened_at, resolved_at, reopened, orders, amount_at_risk, points, rule_owner, is_dismissed) "
                "values (?, 'r', 'shop', 'o', 'high', ?, now(), now(), ?, 0, 1, 1, 1, 'o', false)",
                [name, state, resolved],
            )
        decisions = [
            (at(100), "score", "a", "sent", []),
            (at(99), "score", "a", "sent", []),
            (at(98), "score", "a", "unchanged", []),
            (at(97), "cases:o", "a", "sent", ["OVER"]),
            (at(97), "cases:o", "a", "sent", ["LIVE", "OVER"]),
            (at(1), "score", "a", "sent", []),
        ]
        insert = "insert into alert_decisions select ?, ?, ?, ?, 'why', ?, null, null"
        con.executemany(insert, decisions)
        facts = [
            (at(100), "case", "X", '"old"'),
            (at(95), "case", "X", '"new"'),
            (at(95), "case", "Y", '"then"'),
            (at(94), "case", "Y", None),
            (at(1), "case", "X", '"now"'),
        ]
        con.executemany("insert into working.alert_facts values (?, ?, ?, ?)", facts)
        border = {"as_of": at(90)}
        before = sorted(sql.run(con, "respond/policy/select_facts", border))
        forget_old(con, at(90))
        assert (
            sorted(sql.run(con, "respond/policy/select_facts", border)) == before == [("case", "X", '"new"')]
        )
        assert con.execute("select count(*) from working.alert_facts").fetchone() == (2,)
        kept = con.execute(
            "select subject, decision, len(cases) from alert_decisions order by all"
        ).fetchall()
        assert kept == [("cases:o", "sent", 2), ("score", "sent", 0), ("score", "unchanged", 0)]
