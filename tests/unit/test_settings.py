"""Given an `orderhealth.yml`, the settings hold what it says, with paths from its own folder."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.respond.channel_settings import FileSettings
from orderhealth_pipeline.settings import Settings, read_settings


def read(folder: Path, text: str, **environment: str) -> Settings:
    file = folder / "orderhealth.yml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file, environment)


def test_what_the_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    settings = read(tmp_path, "locale: en\n")
    assert (settings.timezone, settings.locale, settings.profile) == ("Asia/Shanghai", "en", "everyday")
    assert (settings.score.threshold, settings.score.recover) == (Decimal(85), Decimal(88))
    assert settings.store == tmp_path / "orderhealth.duckdb"


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "store: a/s.duckdb\nexpectations: rules\nfeeds: in\nreport: {folder: out}\n"
        "channels: [{type: file, url: 'file://told.jsonl'}, {type: file, path: /var/told.jsonl}]\n",
    )
    assert settings.store == tmp_path / "a" / "s.duckdb"
    assert settings.expectations == tmp_path / "rules"
    assert settings.feeds == tmp_path / "in"
    assert settings.report.folder == tmp_path / "out"
    assert [channel.path for channel in settings.channels if isinstance(channel, FileSettings)] == [
        tmp_path / "told.jsonl",
        Path("/var/told.jsonl"),
    ]


@pytest.mark.parametrize("desk", ["postgresql://me:hunter2@db/x", "postgresql:///x?password=hunter2"])
def test_the_address_of_a_desk_stands_as_it_is_and_is_never_shown(tmp_path: Path, desk: str) -> None:
    settings = read(tmp_path, f"desk: {desk}\n")
    assert settings.desk_address == desk
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hunter2" not in shown


@pytest.mark.parametrize("desk", ["['postgresql://me:hunter2@db/x']", "{hunter2: x}", "''"])
def test_a_desk_that_is_no_text_is_refused_and_not_shown(tmp_path: Path, desk: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, f"desk: {desk}\n")
    assert "desk" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_one_folder_is_the_source_of_every_feed(tmp_path: Path) -> None:
    settings = read(tmp_path, "feeds: in\n")
    assert set(settings.feed_sources) == set(feed_contracts())
    assert {source.path for source in settings.feed_sources.values()} == {tmp_path / "in"}
    assert settings.expected_every == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", timedelta(minutes=15)),
        ("90 min", timedelta(minutes=90)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_a_feed_says_how_often_it_is_expected(tmp_path: Path, text: str, expected: timedelta) -> None:
    settings = read(tmp_path, f"feeds:\n  payments: {{path: in, expected_every: {text}}}\n")
    assert settings.expected_every == {"payments": expected}
    assert settings.feed_sources["payments"].path == tmp_path / "in"


def test_details_are_kept_two_weeks_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, "locale: en\n").retention.evaluation_details == timedelta(days=14)
    given = read(tmp_path, "retention: {evaluation_details: 36h}\n").retention
    assert given.evaluation_details == timedelta(hours=36)


def test_thresholds_keep_the_digits_they_are_written_with(tmp_path: Path) -> None:
    assert read(tmp_path, "score: {threshold: 84.10, recover: 90.05}\n").score.recover == Decimal("90.05")


def test_any_value_may_come_from_the_environment(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        'store: "${DATA}/s.duckdb"\nscore: {threshold: "${LINE}"}\n'
        'channels: [{type: slack, url: "${HOOK}"}]\n',
        DATA="/data",
        LINE="80",
        HOOK="https://hooks.example.com/T1",
    )
    assert settings.store == Path("/data/s.duckdb")
    assert settings.score.threshold == 80
    assert settings.channels[0].key_address == "https://hooks.example.com/T1"
    assert "T1" not in repr(settings)


def test_channels_without_a_name_are_named_after_their_type(tmp_path: Path) -> None:
    settings = read(tmp_path, "channels: [{type: file, url: a}, {type: file, url: b}]\n")
    assert [channel.name for channel in settings.channels] == ["file", "file-2"]


def test_an_error_found_later_is_blamed_on_the_line_of_its_key(tmp_path: Path) -> None:
    settings = read(tmp_path, "locale: zh\nprofile: winter\n")
    error = settings.blamed(("profile",), ConfigurationError("there is none"))
    assert str(error) == f"{tmp_path / 'orderhealth.yml'}:2: 'profile': there is none"


def test_an_error_of_an_option_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    settings = read(tmp_path, "locale: zh\nprofile: winter\n").overridden(profile="summer")
    error = ConfigurationError("there is none")
    assert settings.profile == "summer"
    assert settings.blamed(("profile",), error) is error
    assert Settings().blamed(("profile",), error) is error
