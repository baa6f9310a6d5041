"""How every merchant of a fleet stands, of its published results and what became of its last run.

What belongs here: one row per merchant. What does not: showing it (commands/fleet.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orderhealth_pipeline import sql
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.fleet.merchants import Merchant
from orderhealth_pipeline.fleet.outcome import Outcome, read_outcome
from orderhealth_pipeline.pipeline.written.published import from_published
from orderhealth_pipeline.settings import read_settings
from orderhealth_pipeline.words import Locale


@dataclass(frozen=True)
class Standing:
    """One merchant. What no run has told yet is null; instants are in the merchant's zone.

    `threshold` is the merchant's own line, `is_alerting` says whether its breach is open, `troubled` names
    feeds that are stale or damaged; `error` why there is no newer result.
    """

    merchant: str
    score: float | None = None
    confidence: float | None = None
    active_orders: int | None = None
    as_of: datetime | None = None
    threshold: float | None = None
    is_alerting: bool = False
    troubled: tuple[str, ...] = ()
    newest_record_at: datetime | None = None
    last_run: Outcome | None = None
    error: str | None = None


def standings(
    root: Path, merchants: Iterable[Merchant], environment: Mapping[str, str], locale: Locale
) -> list[Standing]:
    """Return all merchants, those that need somebody first: failed, then alerting, then by score."""
    found = [_standing(root, merchant, environment, locale) for merchant in merchants]
    return sorted(
        found,
        key=lambda one: (
            one.error is None,
            not one.is_alerting,
            one.score is None,
            one.score or 0,
            one.merchant,
        ),
    )


def _standing(root: Path, merchant: Merchant, environment: Mapping[str, str], locale: Locale) -> Standing:
    last = read_outcome(root, merchant)
    error = last.error if last is not None else None
    try:
        settings = read_settings(merchant.configuration, environment)
        rows = from_published(settings.store, lambda con: sql.run(con, "fleet/select_standing"))
    except OrderHealthError as problem:
        return Standing(merchant.name, last_run=last, error=error or problem.in_locale(locale))
    threshold, zone = float(settings.score.threshold), settings.zone
    if not rows:
        return Standing(merchant.name, threshold=threshold, last_run=last, error=error)
    as_of, score, confidence, active, is_open, troubled, newest = rows[0]
    return Standing(
        merchant.name,
        None if score is None else float(score),
        float(confidence),
        active,
        as_of.astimezone(zone),
        threshold,
        is_open,
        tuple(troubled),
        newest and newest.astimezone(zone),
        last,
        error,
    )
