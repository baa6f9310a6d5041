"""Everything that `orderhealth rules check` looks at, for files as they are or as a draft would have them.

What belongs here: reading every file of the expectations, and running examples. What does not: saying what
was found (commands/rules.py, console/).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.values.word_meanings import WORDS_FILE, read_meanings
from orderhealth_pipeline.orders.order_fact import build_order_fact
from orderhealth_pipeline.orders.profiles.signals import read_signals
from orderhealth_pipeline.orders.wishes.intents import read_intents
from orderhealth_pipeline.pipeline.evaluation.system_facts import facts_of_feeds
from orderhealth_pipeline.pipeline.plan import (
    read_settings_calendar,
    read_settings_owners,
    require_names_of_policy,
)
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from orderhealth_pipeline.rules.editing.yaml_edit import ABSENT
from orderhealth_pipeline.rules.exceptions import read_exceptions
from orderhealth_pipeline.rules.in_force.calendar import CALENDAR_FILE
from orderhealth_pipeline.rules.in_force.named_files import names_in
from orderhealth_pipeline.rules.in_force.profiles import apply_profile, read_profile
from orderhealth_pipeline.rules.in_force.tiers import apply_tier, read_tiers
from orderhealth_pipeline.rules.own_examples.example_check import Disagreement, failing_examples
from orderhealth_pipeline.rules.penalties.terms import read_penalties
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.yaml_files import Keys


def checked_rules(settings: Settings, drafts: Mapping[Path, str] | None = None) -> Catalogue:
    """Read everything in the folder of the rules; `drafts` are texts that files would have.

    Raises ConfigurationError, with file, line and reason, for the first that is wrong.
    """
    texts, folder = drafts or {}, settings.expectations
    catalogue = read_catalogue(folder, frozenset(feed_contracts()), drafts=texts)
    profiles = {
        *names_in(folder / "profiles"),
        *(path.stem for path in texts if path.parent.name == "profiles"),
    }
    for name in sorted(profiles):
        profile = read_profile(folder, name, texts.get(folder / "profiles" / f"{name}.yml"))
        apply_profile(catalogue.rules, profile)
    for tier in read_tiers(folder):
        apply_tier(catalogue.rules, tier)
    read_intents(folder)
    read_signals(folder, catalogue.rules)
    read_exceptions(folder, settings.zone, catalogue.rules)
    read_settings_calendar(settings, texts.get(folder / CALENDAR_FILE))
    require_names_of_policy(settings, read_settings_owners(settings), catalogue)
    read_penalties(folder, catalogue.rules)
    read_meanings(folder, feed_contracts(), texts.get(folder / WORDS_FILE))
    return catalogue


def disagreements(
    settings: Settings, catalogue: Catalogue, of: Collection[str] | None = None
) -> Iterator[Disagreement]:
    """Run the examples of all rules, or of some. Raises ConfigurationError for one that cannot be read."""
    schemas = {feed: contract.schema() for feed, contract in feed_contracts().items()}
    signals = read_signals(settings.expectations, catalogue.rules)
    build = partial(build_order_fact, signals=signals)
    return failing_examples(catalogue, schemas, settings.zone, build, facts_of_feeds, of)


def concerned_by(catalogue: Catalogue, rule_id: str) -> set[str]:
    """Return a rule with those that refer to it: what its figures are changes what these say."""
    referring = {rule.id for rule in catalogue.rules.values() if rule_id in rule.parameters.values()}
    return {rule_id, *referring}


def following(disagreement: Disagreement) -> list[tuple[Keys, Any]]:
    """Return the edits that let an example expect what its rule says."""
    at: Keys = ("examples", disagreement.number)
    expected, found = disagreement.expected, disagreement.found
    values: list[tuple[str, Any, Any]] = [
        ("hit", expected.hit, list(found.hit)),
        ("explained", expected.explained, dict(sorted(found.explained.items()))),
        ("system_hit", expected.system_hit, found.system_hit),
    ]
    return [((*at, key), new or ABSENT) for key, old, new in values if bool(old) or bool(new)]
