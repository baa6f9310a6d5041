"""What every part of the report is read with: the store's tables, the rules, the words and two runs.

What belongs here: the context that the readers share, and the labels that need more than one of its parts.
What does not: reading itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orderhealth_pipeline.ingest.contracts import FeedContract
from orderhealth_pipeline.report.read.tables import StoreTables
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.report.words.texts import Texts
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import Locale


@dataclass(frozen=True)
class Reading:
    """One run of the store on its way into a report; `previous_as_of` is null in a first run."""

    tables: StoreTables
    rules: Mapping[str, Rule]
    feeds: Mapping[str, FeedContract]
    texts: Texts
    zone: ZoneInfo
    as_of: datetime
    previous_as_of: datetime | None
    active_orders: int = 0

    @property
    def locale(self) -> Locale:
        """The language of the report."""
        return self.texts.locale

    def rule_title(self, rule_id: str) -> str:
        """The title of a rule; its id where its file is gone."""
        rule = self.rules.get(rule_id)
        return rule_id if rule is None else rule.title.in_locale(self.locale)

    def feed_title(self, feed: str) -> str:
        """The title of a feed; its name where no contract knows it."""
        contract = self.feeds.get(feed)
        if contract is None:
            return feed
        return contract.title.in_locale(self.locale)

    def sentence(self, rule_id: str, evidence: str | None) -> str:
        """What a rule found, from the JSON text of its evidence; the rule's title where its file is gone."""
        rule = self.rules.get(rule_id)
        if rule is None:
            return rule_id
        return finding_sentence(rule, evidence, locale=self.locale, zone=self.zone)
