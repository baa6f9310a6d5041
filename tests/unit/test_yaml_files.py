"""Given a YAML file, it becomes a frozen model, or an error with file, line, key and reason."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.yaml_files import FrozenModel, Keys, read_model


class Inner(FrozenModel):
    size: int


class Sample(FrozenModel):
    name: str = "none"
    share: Decimal = Decimal(0)
    when: str = ""
    inner: Inner | None = None
    rows: tuple[Inner, ...] = ()
    digits: Annotated[Decimal, Field(max_digits=3)] = Decimal(0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sample.yml"


def read(file: Path, text: str, environment: dict[str, str] | None = None) -> Sample:
    file.write_text(text, encoding="utf-8")
    return read_model(file, Sample, environment=environment)


def test_fractions_and_instants_stay_as_they_are_written(file: Path) -> None:
    sample = read(file, "share: 0.70\nwhen: 2026-11-10 20:00:00\n")
    assert str(sample.share) == "0.70"
    assert sample.when == "2026-11-10 20:00:00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nmae: x", ":1: unknown key 'nmae': remove it or correct its spelling"),
        ("name: x\ninner: {}", ":2: the key 'inner.size' is missing"),
        (
            "name: x\nrows:\n  - {size: 1}\n  - {size: big}",
            ":4: 'rows.1.size': Input should be a valid integer",
        ),
        ("name: [", ":1: not valid YAML"),
        ("name: x\nname: y", ":2: the key 'name' stands here twice"),
        ("- name", ":1: a mapping of keys was expected"),
        ("", ":1: the file is empty"),
        (
            "name: x\nshare: !!python/object/apply:os.system [ls]",
            ":2: the tag '!!python/object/apply:os.system'",
        ),
        ("name: !secret x", ":1: the tag '!secret' is not known; write the value alone"),
        ("name: !!binary aGk=", ":1: the tag '!!binary' is not known"),
        ("name: x\nrows: &a [*a]", ":2: '*a' stands within what it names"),
        ("rows: *nowhere", ":1: there is no anchor '&nowhere' above"),
        ("name: x\nrows: " + "[" * 100_000, ":2: it is nested deeper than 32 levels"),
        ("- " * 100_000, ":1: it is nested deeper than 32 levels"),
        ("? " * 100_000, ":1: it is nested deeper than 32 levels"),
        ("name: {a: " + "{a: " * 50_000, ":1: it is nested deeper than 32 levels"),
        ("name: x\nwhen: \x07", ":2: not valid YAML: U+0007 is not allowed"),
        ("name: \x00", ":1: not valid YAML: U+0000 is not allowed"),
        ('name: "\\ud800"', ":1: not valid YAML"),
        ("name: x\n---\nname: y", ":2: a second document begins here"),
        ("? [name]\n: x", ":1: a key is expected to be a text"),
        ("%YAML 9.9\n---\nname: x", ":1: not valid YAML"),
        (f"rows:\n  - size: {'9' * 10_000}", ":2: 'rows.0.size': "),
        ("name: " + "x" * 5_000_000, ":1: the file is longer than 4 MB"),
    ],
)
def test_a_mistake_is_named_with_its_line(file: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(file, text)
    assert str(error.value).startswith(f"{file}{message}")


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(file: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(file, "nmae: x\nshare: much\n")
    assert [line.split(": ")[0] for line in str(error.value).splitlines()] == [f"{file}:1", f"{file}:2"]


def test_what_an_anchor_names_may_be_repeated_within_bounds(file: Path) -> None:
    assert read(file, "rows: [&a {size: 1}, *a]").rows == (Inner(size=1), Inner(size=1))
    layers = [f"x{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    with pytest.raises(ConfigurationError, match=r":\d+: it has more than 200,000 values"):
        read(file, "\n".join(["x0: &a0 [1]", *layers]))


def test_what_is_no_file_is_told_at_once(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(ConfigurationError, match="this is no file"):
        read_model(file, Sample)
    with pytest.raises(ConfigurationError, match=r"this is no file"):
        read_model(file.parent, Sample)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_model(file.with_name("x" * 300), Sample)


def test_a_file_that_is_no_text_is_told(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read as UTF-8 text"):
        read_model(file, Sample)
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_model(file.with_name("other.yml"), Sample)


def test_a_variable_is_filled_in_and_its_value_is_never_told(file: Path) -> None:
    assert read(file, 'name: "a-${PART}"', {"PART": "b"}).name == "a-b"
    with pytest.raises(ConfigurationError) as error:
        read(file, 'share: "${PART}"', {"PART": "top secret"})
    assert "top secret" not in str(error.value)
    with pytest.raises(ConfigurationError, match=r":1: the environment variable PART is not set"):
        read(file, 'name: "${PART}"', {})


def test_without_an_environment_nothing_is_filled_in(file: Path) -> None:
    assert read(file, 'name: "${PART}"').name == "${PART}"


def test_the_line_of_every_key_is_given_to_those_who_ask(file: Path) -> None:
    file.write_text("name: x\nrows:\n  - {size: 1}\n", encoding="utf-8")
    lines: dict[Keys, int] = {}
    read_model(file, Sample, lines=lines)
    assert (lines["name",], lines["rows",], lines["rows", 0, "size"]) == (1, 2, 3)


class Few(FrozenModel):
    rows: tuple[Inner, ...] = Field(min_length=1)


class Many(FrozenModel):
    either: Inner | Sample


def test_a_wrong_entry_is_not_counted_as_missing_as_well(file: Path) -> None:
    file.write_text("rows: [{size: wide}]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_model(file, Few)
    assert "'rows.0.size'" in str(caught.value)
    assert "at least" not in str(caught.value)
    file.write_text("rows: []\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="at least 1 item") as caught:
        read_model(file, Few)
    assert caught.value.in_locale("zh").endswith("至少要有 1 项，现在有 0 项（现在是 []）")


def test_a_value_that_is_no_mapping_is_named_once(file: Path) -> None:
    file.write_text("either: 15\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_model(file, Many)
    assert str(caught.value).count("'either'") == 1


def test_too_many_digits_are_said_in_the_readers_language(file: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(file, "digits: 12345\n")
    assert caught.value.in_locale("zh").endswith("最多 3 位数字（现在是 12345）")
