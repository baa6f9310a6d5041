"""What the documents list is what the code has: feeds, keys, channels, exit codes, folders."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic_core import PydanticUndefined

from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.ingest.contracts import FeedContract, feed_contracts
from orderhealth_pipeline.respond.actions.settings import ActionsSettings
from orderhealth_pipeline.respond.channel_settings import (
    ChannelType,
    EmailSettings,
    FileSettings,
    WebSettings,
    WebType,
)
from orderhealth_pipeline.respond.channels import dingtalk, feishu, slack, wecom
from orderhealth_pipeline.respond.policy.settings import AlertingSettings
from orderhealth_pipeline.respond.retry import RetryPolicy
from orderhealth_pipeline.respond.sinks.standard_webhooks import (
    ID_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
)
from orderhealth_pipeline.settings import (
    RetentionSettings,
    ScoreSettings,
    Settings,
    read_settings,
)
from orderhealth_pipeline.settings.console import ConsoleSettings
from orderhealth_pipeline.settings.feeds import FeedSource
from orderhealth_pipeline.settings.reports import DailySettings, ReportSettings, WeeklySettings
from orderhealth_pipeline.sources.http.description import read_platform
from orderhealth_pipeline.yaml_files import FrozenModel
from tests.integration.docs.pages import CHECKOUT, Block, Page, rows

README = Page(CHECKOUT / "README.md")
CHINESE = Page(CHECKOUT / "README.zh.md")
ARCHITECTURE = Page(CHECKOUT / "docs" / "architecture.md")
CHANNELS = Page(CHECKOUT / "docs" / "channels.md")
CONFIGURATION = Page(CHECKOUT / "docs" / "configuration.md")
SOURCES = Page(CHECKOUT / "docs" / "sources.md")
FEEDS = Page(CHECKOUT / "docs" / "feeds.md")
CONTRACTS = feed_contracts()
CHANNEL_SETTINGS = (WebSettings, EmailSettings, FileSettings)


@pytest.mark.parametrize(("feed", "contract"), CONTRACTS.items(), ids=CONTRACTS)
def test_a_feed_is_described_column_by_column(feed: str, contract: FeedContract) -> None:
    described = rows(FEEDS.section(f"`{feed}` · {contract.title.zh}"))
    expected = [
        [
            ("**{}**" if name in contract.key else "{}").format(name) + ("\\*" if column.required else ""),
            column.type,
        ]
        for name, column in contract.columns.items()
    ]
    assert [cells[:2] for cells in described] == expected
    assert all(meaning for _, _, meaning in described)


@pytest.mark.parametrize(("feed", "contract"), CONTRACTS.items(), ids=CONTRACTS)
def test_a_status_is_described_with_its_words(feed: str, contract: FeedContract) -> None:
    meanings = {cells[0].strip("*\\"): cells[2] for cells in rows(FEEDS.section(f"`{feed}`"))}
    for name in contract.of_type("status"):
        listed = re.findall(r"`(\w+)`", meanings[name].split(";")[0])
        assert tuple(listed) == contract.columns[name].words


def test_every_feed_and_no_other_is_described() -> None:
    assert re.findall(r"^### `(\w+)`", FEEDS.prose, re.MULTILINE) == list(CONTRACTS)


def test_every_key_of_the_configuration_is_described_with_its_default() -> None:
    described = {cells[0].strip("`"): cells[1] for cells in rows(CONFIGURATION.prose)}
    parts: dict[str, type[FrozenModel]] = {
        "score": ScoreSettings,
        "alerting": AlertingSettings,
        "retention": RetentionSettings,
        "report": ReportSettings,
        "console": ConsoleSettings,
        "report.daily": DailySettings,
        "report.weekly": WeeklySettings,
    }
    expected = {
        **{key: default for key, default in defaults(Settings).items() if key not in {*parts, "actions"}},
        "actions.live": shown(ActionsSettings().live),
        "actions.<type>": "none",
        **{f"{part}.{key}": value for part, model in parts.items() for key, value in defaults(model).items()},
        **{f"feeds.<feed>.{key}": value for key, value in defaults(FeedSource).items()},
        "expectations": "those of the program",
    }
    expected = {key: value for key, value in expected.items() if key not in parts}
    assert described == expected


def test_every_type_of_channel_is_described_with_its_limit() -> None:
    types = {cells[0].strip("`"): cells[2] for cells in rows(CHANNELS.prose) if len(cells) == 4}
    assert list(types) == [*get_args(WebType), *get_args(ChannelType)[-2:]]
    assert f"{slack.LONGEST_SECTION:,} characters a section, {slack.LONGEST_MESSAGE:,}" in types["slack"]
    for module in (dingtalk, feishu, wecom):
        assert types[module.__name__.rpartition(".")[2]].startswith(f"{module.LIMIT_BYTES:,} bytes")


def test_every_key_of_a_channel_is_described() -> None:
    table = [cells[0] for cells in rows(CHANNELS.text.split("```")[2]) if len(cells) == 2]
    described = {name for cell in table for name in re.findall(r"`(\w+)`", cell)}
    assert {"path", *described} == {name for each in CHANNEL_SETTINGS for name in each.model_fields}


def test_the_webhooks_headers_are_described() -> None:
    described = {cells[0].strip("`") for cells in rows(CHANNELS.section("The webhook's message"))}
    assert described == {ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER}


def test_the_retries_are_those_of_the_policy() -> None:
    policy = RetryPolicy()
    waits = (policy.later_wait_seconds / 60, policy.longest_later_wait_seconds / 60)
    assert (policy.quick_tries, policy.max_attempts, *waits) == (3, 24, 1, 60)
    delivery = " ".join(CHANNELS.section("Delivery").split())
    assert "tried three times within seconds, then again by later runs after 1, 2, 4 … 60 minutes" in delivery
    assert "given up after 24 tries" in delivery


def test_the_exit_codes_are_those_of_the_errors() -> None:
    described = [int(cells[0]) for cells in rows(README.section("What a program can rely on"))]
    errors: list[type[OrderHealthError]] = [OrderHealthError, *OrderHealthError.__subclasses__()]
    assert described == [0, *sorted({error.exit_code for error in errors})]


def test_every_folder_of_the_package_has_its_place_in_the_architecture() -> None:
    package = CHECKOUT / "orderhealth_pipeline"
    folders = {f"orderhealth_pipeline/{file.parent.name}" for file in package.glob("*/__init__.py")}
    described = {cells[0].strip("`") for cells in rows(ARCHITECTURE.section("Where things are"))}
    assert described == folders | {"sql", "expectations"}


def test_the_readme_is_short() -> None:
    assert len(README.text.splitlines()) <= 150


def test_both_readmes_have_the_same_shape_commands_files_and_links() -> None:
    assert [level for level, _ in CHINESE.headings] == [level for level, _ in README.headings]
    assert CHINESE.blocks == README.blocks
    assert [link for link in CHINESE.links if link != "README.md"] == [
        link for link in README.links if link != "README.zh.md"
    ]
    assert [len(cells) for cells in rows(CHINESE.prose)] == [len(cells) for cells in rows(README.prose)]
    assert set(CHINESE.codes) == set(README.codes)


def defaults(model: type[FrozenModel]) -> dict[str, str]:
    """Return every key of a model with its default as the table writes it."""
    return {name: shown(field.default) for name, field in model.model_fields.items()}


def shown(default: Any) -> str:
    """Write a default as YAML would; nothing is `none`."""
    if default is None or default is PydanticUndefined or default == ():
        return "none"
    if isinstance(default, timedelta):
        return f"`{default.days}d`" if default.days else f"`{default // timedelta(hours=1)}h`"
    if isinstance(default, time):
        return f"`{default:%H:%M}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


class NoSecrets(dict[str, str]):
    """An environment in which every variable is set."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> str:
        return "postgresql://reader@db.example.com/shop" if "DATABASE" in name else "s3cret"


@pytest.mark.parametrize("block", [block for block in SOURCES.blocks if block.language == "yaml"])
def test_what_the_page_about_sources_shows_is_a_configuration(block: Block, tmp_path: Path) -> None:
    file = tmp_path / (block.title or "")
    file.write_text(block.text, encoding="utf-8")
    if block.title == "own.yml":
        assert read_platform(str(file)).lists
    else:
        assert read_settings(file, NoSecrets()).sources
