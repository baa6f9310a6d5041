"""Rules whose findings change although nothing happens to their orders: with time, or with prices.

What belongs here: telling them. What does not: which orders are looked at again for it (pipeline/).
"""

from __future__ import annotations

from typing import Final

from orderhealth_pipeline.declared.shape_features import columns_of_shape, declaration_of
from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.rules.language.model import Rule

IS_LASTING: Final = "is_lasting"
"""The column of order_fact that says that an order is measured again for lasting rules alone."""


def requests_of(rule: Rule) -> list[FeatureRequest]:
    """Return what a rule and its explanations ask for."""
    return [rule.request(look) for look in rule.looks]


def is_moved_by_time(rule: Rule) -> bool:
    """Say whether the findings of a rule change with time or prices."""
    return not rule.is_system_level and any(map(_is_of_time, requests_of(rule)))


def is_lasting(rule: Rule) -> bool:
    """Say whether all that such a rule looks at is measured without looking at other orders or lines."""
    return is_moved_by_time(rule) and all(
        _is_of_time(request) or columns_of_shape(request) for request in requests_of(rule)
    )


def is_own(request: FeatureRequest) -> bool:
    """Say whether a feature looks at nothing but the milestones of the order itself."""
    declaration = declaration_of(request)
    movers = declaration.moves_with
    looks_further = movers.looks_at_others or movers.prices or movers.stock or declaration.reads
    return bool(columns_of_shape(request)) or (movers.grows and not looks_further)


def _is_of_time(request: FeatureRequest) -> bool:
    movers = declaration_of(request).moves_with
    return movers.grows or movers.prices is not None
