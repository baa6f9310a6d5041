"""How far the features of a set of rules look: which other orders, and which instants, change their values.

What belongs here: deriving it from what the features declare. What does not: finding those orders (store/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orderhealth_pipeline.declared.features import OrderKey
from orderhealth_pipeline.declared.shape_features import declaration_of
from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.orders.feature_functions import PRICE_FEATURES
from orderhealth_pipeline.rules.catalogue import Catalogue
from orderhealth_pipeline.rules.of_time import is_lasting, is_moved_by_time


@dataclass(frozen=True)
class Reach:
    """What features look at besides the order, by the key that orders share.

    `near`: the longest span between two orders. `lately` and `returned`: the windows up to `as_of` within
    which orders were placed, or returns asked for. `all_of`: the keys of which every order counts. `prices`:
    the windows of prices. `shipments`: orders count that share a shipment with it. `profile`: what is known
    of its buyer counts.
    """

    near: Mapping[OrderKey, timedelta] = field(default_factory=dict)
    lately: Mapping[OrderKey, tuple[timedelta, ...]] = field(default_factory=dict)
    returned: Mapping[OrderKey, tuple[timedelta, ...]] = field(default_factory=dict)
    all_of: frozenset[OrderKey] = frozenset()
    prices: tuple[timedelta, ...] = ()
    shipments: bool = False
    profile: bool = False

    @property
    def keys(self) -> tuple[OrderKey, ...]:
        """Every key that is looked at."""
        return tuple(sorted({*self.near, *self.lately, *self.returned, *self.all_of}))

    @property
    def longest_window(self) -> timedelta:
        """The longest window, or none at all."""
        windows = [each for group in (self.lately, self.returned) for each in group.values()]
        return max((span for each in (*windows, self.prices) for span in each), default=timedelta())

    @property
    def longest_price_window(self) -> timedelta:
        """The longest window of prices, or none at all."""
        return max(self.prices, default=timedelta())


def reach_of(requests: Iterable[FeatureRequest]) -> Reach:
    """Return how far some features look."""
    near: dict[OrderKey, timedelta] = {}
    lately: dict[OrderKey, set[timedelta]] = {}
    returned: dict[OrderKey, set[timedelta]] = {}
    all_of: set[OrderKey] = set()
    prices: set[timedelta] = set()
    shipments = profile = False
    for request in requests:
        declaration = declaration_of(request)
        movers = declaration.moves_with
        for key, names in movers.near.items():
            near[key] = max(near.get(key, timedelta()), declaration.reach(request, names))
        for key, name in movers.lately.items():
            lately.setdefault(key, set()).add(declaration.reach(request, (name,)))
        for key, name in movers.returned.items():
            returned.setdefault(key, set()).add(declaration.reach(request, (name,)))
        all_of |= set(movers.all_of)
        shipments |= movers.shipments
        profile |= movers.profile
        if movers.prices is not None:
            prices.add(declaration.reach(request, (movers.prices,)))
    return Reach(
        near,
        _sorted(lately),
        _sorted(returned),
        frozenset(all_of),
        tuple(sorted(prices)),
        shipments,
        profile,
    )


def _sorted(windows: Mapping[OrderKey, set[timedelta]]) -> dict[OrderKey, tuple[timedelta, ...]]:
    return {key: tuple(sorted(spans)) for key, spans in windows.items()}


def left(windows: Iterable[timedelta], before: datetime, now: datetime) -> list[tuple[str, str]]:
    """Return the spans (start, stop) of what has left windows up to `now` since `before`, as ISO texts."""
    return [((before - span).isoformat(), (now - span).isoformat()) for span in windows]


@dataclass(frozen=True)
class RulesOfTime:
    """Rules whose findings change although nothing happens to their orders (rules/of_time.py).

    `lasting` ones look at nothing but the order's own milestones, how long something has lasted, and prices.
    `entangled` ones look at more than that, so all features of their orders are needed.
    """

    lasting: tuple[str, ...]
    entangled: tuple[str, ...]


def rules_of_time(catalogue: Catalogue) -> RulesOfTime:
    """Tell the rules whose findings change as time passes, or as other orders' prices do."""
    moved = [rule for rule in catalogue.enabled if is_moved_by_time(rule)]
    return RulesOfTime(
        tuple(rule.id for rule in moved if is_lasting(rule)),
        tuple(rule.id for rule in moved if not is_lasting(rule)),
    )


def knows_neighbours(catalogue: Catalogue) -> bool:
    """Say whether all that features ask of an order's neighbours is known of these.

    A feature may ask which of them another rule hits. That is known of rules that compare prices alone.
    """
    return all(
        rule.request(look).feature in PRICE_FEATURES
        for rule in catalogue.referred_rules()
        for look in rule.comparisons
    )
