"""Why people heard of an order, or did not: its findings, their cases, what was decided, what was delivered.

What belongs here: reading that chain. What does not: showing it (report/render/terminal_why.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message

_DECISION = (
    "as_of",
    "subject",
    "channel",
    "decision",
    "reason",
    "alert_id",
    "state",
    "sent_at",
    "last_error",
)
_NAMED = ("alert_id", "kind", "as_of", "channel", "state", "sent_at", "last_error")
_SAID = ("entry", "who", "why", "said_at", "until", "what")
_SNOOZED = "snoozed"
_FINDING = (
    "rule_id",
    "state",
    "explained_by",
    "said",
    "first_seen_at",
    "resolved_at",
    "case_id",
    "owner",
    "case_state",
)


def why_of(con: duckdb.DuckDBPyConnection, order_id: str) -> dict[str, Any]:
    """Return the chain of an order, as JSON takes it but for instants.

    Raises ConfigurationError where the store knows no such order.
    """
    order = {"order_id": order_id}
    ((known,),) = sql.run(con, "respond/why/select_order", order)
    if not known:
        raise ConfigurationError(Message("there is no order '{order}' in the store", order=order_id))
    return chain_of(con, order_id)


def chain_of(con: duckdb.DuckDBPyConnection, order_id: str) -> dict[str, Any]:
    """Return the chain of an order that is known.

    `said` is who said what explains a finding, or holds a message back: who, why, said_at, until, entry.
    """
    order = {"order_id": order_id}
    findings = [
        dict(zip(_FINDING, row, strict=True)) for row in sql.run(con, "respond/why/select_findings", order)
    ]
    cases = [finding["case_id"] for finding in findings if finding["case_id"] is not None]
    rows = [
        (case_id, dict(zip(_DECISION, row, strict=True)))
        for case_id, *row in sql.run(con, "respond/why/select_decisions", {"cases": cases})
    ]
    spoken, taken = _snoozes(con, [each for _, each in rows]), _taken(con, cases)
    decisions: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for case_id, each in rows:
        said = taken.get(case_id) if each["decision"] == "acknowledged" else spoken.get(each["reason"])
        decisions[case_id].append({**each, "said": said})
    return {
        "order_id": order_id,
        "findings": [
            {
                **finding,
                "said": _word_of(finding["said"]),
                "decisions": decisions.get(finding["case_id"], []),
            }
            for finding in findings
        ],
        "named_in": [
            dict(zip(_NAMED, row, strict=True)) for row in sql.run(con, "respond/why/select_named_in", order)
        ],
    }


def _snoozes(
    con: duckdb.DuckDBPyConnection, decisions: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return what was said by the entries that reasons name, by reason."""
    named = {}
    for each in decisions:
        word, _, entry = each["reason"].partition(" ")
        if word == _SNOOZED and entry.isdecimal():
            named[int(entry)] = each["reason"]
    if not named:
        return {}
    rows = sql.run(con, "respond/why/select_said", {"entries": list(named)})
    return {named[row[0]]: dict(zip(_SAID, row, strict=True)) for row in rows}


def _taken(con: duckdb.DuckDBPyConnection, cases: list[str]) -> dict[str, dict[str, Any]]:
    """Return who took each case last, when and why."""
    return {
        case_id: {"entry": entry, "who": who, "why": why, "said_at": at, "until": None, "what": None}
        for case_id, entry, who, why, at in sql.run(con, "respond/why/select_taken", {"cases": cases})
    }


def _word_of(evidence: str | None) -> dict[str, Any] | None:
    """Return the word of a person that the evidence of a finding holds."""
    if evidence is None:
        return None
    word: dict[str, Any] = {name: json.loads(evidence).get(name) for name in _SAID}
    return word | {
        name: datetime.fromisoformat(word[name]) for name in ("said_at", "until") if word[name] is not None
    }
