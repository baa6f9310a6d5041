"""Where the findings of each rule say what their cause is, and since when it lasts.

What belongs here: from the catalogue to pieces of evidence and columns of an order. What does not: reading
findings (store/cases.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from orderhealth_pipeline.declared.features import FeatureDeclaration
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.rules.owners import Owners
from orderhealth_pipeline.rules.said import COLUMN_OF, IDENTIFIED_BY
from orderhealth_pipeline.store.cases import CaseRule
from orderhealth_pipeline.words import CauseKind

_IN_EVIDENCE: Final = ("warehouse", "carrier", "sku", "waybill")
"""An order may have several of these: evidence tells which is meant."""

_UNKNOWN: Final = "null::varchar"

RULE_FACTS: Final = pl.Schema(
    {"rule_id": pl.String(), "owner": pl.String(), "cause_kind": pl.String(), "due_minutes": pl.Int64()}
)
"""What rules say of their cases."""


def case_rules(catalogue: Catalogue) -> list[CaseRule]:
    """Say for every rule where its findings name their cause and since when it lasts."""
    return [
        CaseRule(
            rule_id=rule.id,
            cause_column=_column(cause_kind_of(rule)),
            cause_evidence=tuple(_naming(cause_kind_of(rule), declarations)),
            begins_evidence=tuple({each.begins_at: None for each in declarations if each.begins_at}),
        )
        for rule in catalogue.rules.values()
        for declarations in [_declarations(rule)]
    ]


def rule_facts(catalogue: Catalogue, owners: Owners) -> pl.DataFrame:
    """Return what rules say of their cases (RULE_FACTS); the owner is a role."""
    rows = [
        (rule.id, owners.role_of(rule.owner), cause_kind_of(rule), rule.due_minutes)
        for rule in catalogue.rules.values()
    ]
    return pl.DataFrame(rows, schema=RULE_FACTS, orient="row")


def cause_kind_of(rule: Rule) -> CauseKind:
    """Return what the findings of a rule have in common: one about the system has no order."""
    return "system" if rule.is_system_level else rule.case_by


def _declarations(rule: Rule) -> list[FeatureDeclaration]:
    return [] if rule.is_system_level else [declaration_of(rule.request(leaf)) for leaf in rule.comparisons]


def _column(kind: CauseKind) -> str:
    if kind == "system":
        return "'system'"
    column: Mapping[str, str] = COLUMN_OF
    return f"fact.{column[kind]}" if kind in column else _UNKNOWN


def _naming(kind: CauseKind, declarations: list[FeatureDeclaration]) -> dict[str, None]:
    """Return the pieces of evidence that name the cause, in the order of the rule's comparisons."""
    if kind not in _IN_EVIDENCE:
        return {}
    name = IDENTIFIED_BY[kind]
    return {
        piece: None
        for each in declarations
        for piece in each.evidence
        if piece == name or piece.endswith(f"_{name}")
    }
