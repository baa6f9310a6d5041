"""What the rules of a merchant say otherwise than those that the fleet shares.

What belongs here: one row per key of a rule that differs. What does not: what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orderhealth_pipeline.fleet.merchants import FleetSettings, Merchant, merchant_settings
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.pipeline.plan import read_rules
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.language.model import Rule

WHOLE_RULE: Final = "(rule)"
_NOT_COMPARED: Final = frozenset({"examples", "runbook"})


@dataclass(frozen=True)
class RuleDifference:
    """One key of one rule; a side that has no such rule, or key, is null. Values are as YAML writes them."""

    merchant: str
    rule_id: str
    key: str
    shared: str | None
    own: str | None


def shared_rules(folder: Path) -> Mapping[str, Rule]:
    """Read the rules that merchants share. Raises ConfigurationError."""
    return read_catalogue(folder, frozenset(feed_contracts())).rules


def rule_differences(
    merchant: Merchant, fleet: FleetSettings, shared: Mapping[str, Rule], environment: Mapping[str, str]
) -> list[RuleDifference]:
    """Compare what a merchant is judged by, its profile laid over, with the shared rules.

    Raises ConfigurationError.
    """
    settings = merchant_settings(merchant, fleet, environment)
    own = read_rules(settings).rules
    return [
        RuleDifference(merchant.name, rule_id, key, before, after)
        for rule_id in sorted({*shared, *own})
        for key, before, after in _differences(shared.get(rule_id), own.get(rule_id))
    ]


def _differences(before: Rule | None, after: Rule | None) -> Iterator[tuple[str, str | None, str | None]]:
    if before is None or after is None:
        yield WHOLE_RULE, _severity(before), _severity(after)
        return
    left, right = _keys(before), _keys(after)
    for key in sorted({*left, *right}):
        if left.get(key) != right.get(key):
            yield key, left.get(key), right.get(key)


def _severity(rule: Rule | None) -> str | None:
    return None if rule is None else rule.severity


def _keys(rule: Rule) -> dict[str, str]:
    return dict(_flat(rule.model_dump(mode="json", exclude=set(_NOT_COMPARED))))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, each in enumerate(value, start=1):
            yield from _flat(each, f"{path}[{number}]")
    else:
        yield path, str(value)
