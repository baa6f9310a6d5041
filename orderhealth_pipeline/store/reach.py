"""How far the features of the rules look, as finding changes needs to know it.

What belongs here: the shape of what pipeline/evaluation/reach.py derives. What does not: deriving it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from orderhealth_pipeline.declared.features import OrderKey


class RulesOfTime(Protocol):
    """The rules whose findings change although nothing happens to their orders (see evaluation/reach.py)."""

    @property
    def lasting(self) -> tuple[str, ...]:
        """Those of which less is evaluated again."""

    @property
    def entangled(self) -> tuple[str, ...]:
        """Those of whose orders everything is evaluated again."""


class Reach(Protocol):
    """How far features look (pipeline/evaluation/reach.py)."""

    @property
    def near(self) -> Mapping[OrderKey, timedelta]:
        """The longest span between two orders, by key."""

    @property
    def lately(self) -> Mapping[OrderKey, tuple[timedelta, ...]]:
        """The windows within which orders were placed, by key."""

    @property
    def returned(self) -> Mapping[OrderKey, tuple[timedelta, ...]]:
        """The windows within which returns were asked for, by key."""

    @property
    def all_of(self) -> frozenset[OrderKey]:
        """The keys of which every order counts."""

    @property
    def shipments(self) -> bool:
        """Whether orders count that share a shipment."""

    @property
    def longest_window(self) -> timedelta:
        """The longest window."""


@dataclass(frozen=True)
class WindowsLeft:
    """What has left a window: spans (start, stop) of placed orders by key, and of returns, as ISO texts.

    `keys` are all keys by which features look at other orders; `shares_shipments`: at those with the same
    shipments, too; `asks_of_buyers`: at what is known of buyers.
    """

    keys: tuple[OrderKey, ...]
    placed: Mapping[OrderKey, list[tuple[str, str]]]
    returns: list[tuple[str, str]]
    shares_shipments: bool = False
    asks_of_buyers: bool = False
