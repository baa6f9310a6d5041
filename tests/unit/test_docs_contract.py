"""docs/contract.md promises what the code declares: feeds, their words, rules, figures and exit codes."""

from __future__ import annotations

import re

import pytest

from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.orders.wishes.intents import read_intents
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.settings import ScoreSettings
from tests.integration.docs.pages import CHECKOUT, Page, rows

PAGE = Page(CHECKOUT / "docs" / "contract.md")
CONTRACTS = feed_contracts()
FEEDS = {cells[0].strip("`"): cells[1] for cells in rows(PAGE.section("3. Feeds"))}
RULES = {
    name: cells[1]
    for heading in ("4. Rules that every installation has", "9. The whole catalogue")
    for cells in rows(PAGE.section(heading))
    for name in re.findall(r"`(\w+)`", cells[0])
}


def test_the_promised_feeds_are_there() -> None:
    assert [feed for feed in CONTRACTS if feed in FEEDS] == list(FEEDS)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_has_the_columns_and_keys_and_asks_for_the_values_that_are_promised(feed: str) -> None:
    contract = CONTRACTS[feed]
    columns = re.sub(r"\([^)]*\)", "", FEEDS[feed]).split(",")
    promised = {column.strip().strip("*\\"): column for column in columns}
    assert set(promised) == set(contract.columns)
    assert {name for name, column in promised.items() if "**" in column} == set(contract.key)
    required = {name for name, column in contract.columns.items() if column.required}
    assert {name for name, column in promised.items() if "\\*" in column} == required


def test_every_word_of_a_status_is_promised() -> None:
    text = PAGE.section("3. Feeds")
    for contract in (CONTRACTS[feed] for feed in FEEDS):
        for name in contract.of_type("status"):
            assert f"`{' '.join(contract.columns[name].words)}`" in text.replace("\n", " "), name


def test_the_promised_rules_are_there_in_their_stages() -> None:
    rules = read_catalogue(expectations_folder(), frozenset(CONTRACTS)).rules
    assert {rule_id: rules[rule_id].stage for rule_id in RULES} == RULES


def test_the_intents_are_those_of_the_phrase_lists() -> None:
    text = PAGE.section("9a. Tables about people and priorities")
    listed = re.search(r"`expectations/intents.yml` \(([^)]*)\)", text)
    assert listed is not None
    assert set(listed.group(1).split(", ")) == set(read_intents(expectations_folder()).intents)


def test_the_thresholds_of_the_score_are_the_defaults() -> None:
    settings = ScoreSettings()
    assert f"below {settings.threshold:g}" in PAGE.section("5. Score")
    assert f"closes at {settings.recover:g}" in PAGE.section("5. Score")


def test_the_exit_codes_are_those_of_the_errors() -> None:
    promised = {
        int(code)
        for code in re.findall(r"[:,] (\d) ", PAGE.section("2. Command line").split("Exit codes")[1])
    }
    assert promised == {0, *(error.exit_code for error in OrderHealthError.__subclasses__())}
