"""Whatever stands in a configuration or a rule file: settings and rules, or one error with the place."""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.report.words.sentences import finding_sentence
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.exceptions import read_exceptions, said_in_file
from orderhealth_pipeline.rules.rule_docs import explain_text
from orderhealth_pipeline.rules.said import words_in_force
from orderhealth_pipeline.setting_values import LATEST
from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.store.spoken import RESOLUTIONS
from orderhealth_pipeline.words import STAGES, Locale

FEEDS: Final = frozenset(feed_contracts())
RULES: Final = {
    file: yaml.safe_load(file.read_text(encoding="utf-8"))
    for stage in STAGES
    for file in sorted((expectations_folder() / stage).glob("*.yml"))
}
CONFIGURATION: Final[dict[str, Any]] = {
    "timezone": "Asia/Shanghai",
    "locale": "zh",
    "store": "a.duckdb",
    "expectations": "expectations",
    "profile": "everyday",
    "as_of": "2026-11-10T20:00:00+08:00",
    "feeds": {"payments": {"path": "in", "adapter": "canonical", "expected_every": "30m"}},
    "score": {"threshold": 85, "recover": 88, "weighted_by_value": False},
    "retention": {"evaluation_details": "14d"},
    "report": {"folder": "reports", "url": "https://a.example"},
    "channels": [
        {"type": "dingtalk", "url": "https://a.example/x", "secret": "SEC", "min_severity": "high"},
        {"type": "file", "url": "alerts.jsonl", "stages": ["warehouse"], "name": "file"},
    ],
}
EXCEPTIONS: Final[dict[str, Any]] = {
    "exceptions": [
        {
            "kind": "snoozed",
            "rules": ["shared_address"],
            "buyer_id": "U1",
            "who": "Chen",
            "why": "a dormitory",
            "said_at": "2026-11-08 10:00:00",
            "until": "2027-01-31 00:00:00",
        }
    ]
}

EVIDENCE: Final = (
    '{"value": 0.5, "threshold": "1", "orders_concerned": 20, "orders_true": 3, "buyer_id": null}'
)

HOSTILE: Final = st.one_of(
    st.sampled_from(
        [
            "0",
            "-1",
            "1e400",
            "1e-400",
            ".nan",
            ".inf",
            "-.inf",
            "9" * 40,
            "9" * 5000,
            f"0x{'f' * 6000}",
            "1:30",
            "true",
            "null",
            "~",
            "[]",
            "{}",
            "''",
            "'{value:x}'",
            "'{value:999999999}'",
            "'{value.real}'",
            "'{value[0]}'",
            "'{0}'",
            "'{}'",
            "'{'",
            "'{value!r}'",
            "'{value:{threshold}}'",
            "'a\\0b'",
            '"\\0"',
            '"\\e[31m"',
            '"\\u202e"',
            '"\\ud800"',
            "!!python/name:os.system",
            "!x y",
            "*a",
            "&a [*a]",
            "[[[[1]]]]",
            "0001-01-01",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+14:00",
            "99999999999d",
            "0m",
            "999999999999999999999m",
            "http://",
            "https://[::1",
            "https://a:99999",
            "'https://a b'",
            "'../../../x'",
            "/dev/null",
            "'" + "x" * 300 + "'",
        ]
    ),
    st.integers().map(str),
    st.decimals().map(str),
    st.text(max_size=30).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.text(max_size=12),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document where something else may stand."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            if key != "examples":
                yield from places(value[key], (*path, key))


def replaced(document: Any, path: tuple[Any, ...], mark: str) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = mark
    return changed


@st.composite
def spoilt(draw: st.DrawFn, document: Any) -> str:
    """The text of a document with something hostile in one place."""
    path = draw(st.sampled_from(list(places(document))))
    text = yaml.safe_dump(replaced(document, path, "HERE"), allow_unicode=True, width=1000)
    return text.replace("HERE", draw(HOSTILE), 1)


Read = TypeVar("Read")


def read_or_refused(text: str, file: Path, read: Callable[[], Read]) -> Read | None:
    """Return what is read of a file with the text, or null where it is refused with its place."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    reason = None
    try:
        return read()
    except ConfigurationError as error:
        reason = str(error)
    assert re.match(rf"{re.escape(str(file))}:(\d+:)? ", reason)
    return None


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(spoilt(CONFIGURATION), st.text(max_size=60)))
def test_a_configuration_is_read_or_refused_with_its_place(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orderhealth.yml"
        read = read_or_refused(text, file, lambda: read_settings(file, {}))
    if read is not None:
        _ = (read.zone, read.feed_sources, read.expected_every)
        assert (read.as_of or datetime.now(UTC)) - read.retention.evaluation_details < LATEST
        for path in (read.store, read.report.folder):
            path.exists()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_rule_is_read_or_refused_with_its_place(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(sorted(RULES)))
    text = data.draw(spoilt(RULES[source]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / source.parent.name / source.name
        file.parent.mkdir()
        if source.name == "buyer_burst.yml":
            referred = source.with_name("low_price.yml")
            file.with_name(referred.name).write_bytes(referred.read_bytes())
        catalogue = read_or_refused(text, file, lambda: read_catalogue(Path(folder), FEEDS))
    if catalogue is not None:
        rule = catalogue.rules[source.stem]
        _ = [request.column for request in catalogue.requests()]
        locales: tuple[Locale, ...] = ("zh", "en")
        for locale in locales:
            explain_text(rule, locale)
            finding_sentence(rule, EVIDENCE, locale=locale, zone=Settings().zone)


@settings(max_examples=100, deadline=None)
@given(text=spoilt(EXCEPTIONS))
def test_exceptions_are_read_or_refused_with_their_place(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "exceptions.yml"
        read = read_or_refused(
            text, file, lambda: read_exceptions(Path(folder), Settings().zone, ["shared_address"])
        )
    as_of, zone = datetime(2026, 11, 10, tzinfo=UTC), Settings().zone
    words_in_force(said_in_file(read or ()), as_of, zone, pl.DataFrame(schema=RESOLUTIONS))
