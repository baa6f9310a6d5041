"""Given a figure that nobody can mean, it is refused with file, line and what is allowed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import read_catalogue
from orderhealth_pipeline.rules.in_force.profiles import apply_profile, read_profile

FEEDS = frozenset(feed_contracts())
BURST, PRICE, GAP = "ordering/buyer_burst.yml", "ordering/low_price.yml", "system/pickup_gap.yml"
OVERDUE = "warehouse/outbound_overdue.yml"
LARGE = "ordering/first_order_large.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(expectations_folder(), tmp_path / "rules"))


def put(folder: Path, file: str, key: str, value: str) -> int:
    """Write another value behind a key that stands once in a file, and give its line."""
    path = folder / file
    text, count = re.subn(
        rf"\b{key}: [^,}}\n]+", f"{key}: {value}", path.read_text(encoding="utf-8"), count=1
    )
    assert count == 1
    path.write_text(text, encoding="utf-8")
    return next(number for number, line in enumerate(text.splitlines(), 1) if f"{key}: {value}" in line)


@pytest.mark.parametrize(
    ("file", "key", "value", "reason"),
    [
        (BURST, "span_minutes", "0", "a number from 0.1 to 527040 \\(minutes\\) is expected"),
        (BURST, "span_minutes", "-10", "from 0.1 to 527040"),
        (BURST, "span_minutes", "1e18", "from 0.1 to 527040"),
        (BURST, "span_minutes", "9" * 60, "from 0.1 to 527040"),
        (BURST, "span_minutes", "ten", "'ten' was given, a number is expected"),
        (BURST, "span_minutes", "true", "a number is expected, not yes or no"),
        (BURST, "span_minutes", ".nan", "a number is expected"),
        (BURST, "reorder_within_minutes", "0", "from 0.1 to 527040"),
        (BURST, "forgiven_tries", "-1", "a whole number from 0 to 1000000 \\(count\\)"),
        (BURST, "forgiven_tries", "1.5", "a whole number from 0"),
        (BURST, "cheap_rule", "7", "the id of a rule is expected"),
        (BURST, "cheap_rule", "[low_price]", "low_price was given, the id of a rule is expected"),
        (BURST, "forgiven_tries", "[two]", "'two' was given, a number is expected"),
        (BURST, "at_least", "0", "0 was given, which hits every order"),
        (BURST, "at_least", "-5", "no feature is negative"),
        (BURST, "at_least", "4.5", "a whole number from 0 to 1000000"),
        (BURST, "at_least", "1000001", "a whole number from 0 to 1000000"),
        (BURST, "at_least", "true", "a number is expected, not yes or no"),
        (BURST, "weight", "0", "greater than 0"),
        (BURST, "weight", "1", "less than 1"),
        (BURST, "weight", "-0.3", "greater than 0"),
        (PRICE, "below", "0", "0 was given, which hits no order"),
        (PRICE, "below", "-0.7", "no feature is negative"),
        (PRICE, "below", "7000", "a number from 0 to 100 \\(ratio\\)"),
        (PRICE, "window_days", "0", "a number from 0.01 to 3660 \\(days\\)"),
        (PRICE, "window_days", "-30", "from 0.01 to 3660"),
        (PRICE, "window_days", "100000", "from 0.01 to 3660"),
        (PRICE, "lines_at_least", "-1", "a whole number from 0"),
        (GAP, "share_below", "7", "less than or equal to 1"),
        (GAP, "share_below", "0", "greater than 0"),
        (GAP, "orders_at_least", "0", "greater than or equal to 1"),
        (GAP, "orders_at_least", "10000000", "less than or equal to 1000000"),
        (GAP, "shipped_hours", "0", "a number from 0.01 to 8784 \\(hours\\)"),
        (OVERDUE, "more_than", "-1", "no feature is negative"),
        (OVERDUE, "more_than", "99999999", "a number from 0 to 527040 \\(minutes\\)"),
    ],
)
def test_a_figure_without_sense_is_refused_in_a_rule(
    folder: Path, file: str, key: str, value: str, reason: str
) -> None:
    line = put(folder, file, key, value)
    with pytest.raises(ConfigurationError, match=reason) as error:
        read_catalogue(folder, FEEDS)
    assert str(error.value).startswith(f"{folder / file}:{line}: '")


@pytest.mark.parametrize(
    ("rule", "override", "reason"),
    [
        ("buyer_burst", "parameters: {span_minutes: 0}", "from 0.1 to 527040"),
        ("buyer_burst", "parameters: {forgiven_tries: true}", "not yes or no"),
        ("low_price", "hit_when: {below: 0}", "which hits no order"),
        ("paid_not_in_erp", "hit_when: {more_than: -5}", "no feature is negative"),
        ("pickup_gap", "hit_when: {share_below: 7}", "less than or equal to 1"),
        ("pickup_gap", "hit_when: {orders_at_least: 0}", "greater than or equal to 1"),
        ("pickup_gap", "weight: 1.5", "less than 1"),
    ],
)
def test_a_figure_without_sense_is_refused_in_a_profile(
    folder: Path, rule: str, override: str, reason: str
) -> None:
    (folder / "profiles" / "odd.yml").write_text(
        "name: odd\ntitle: {zh: 怪, en: odd}\nwhy: {zh: 试, en: a try}\n"
        f"rules:\n  {rule}:\n    why: {{zh: 试, en: a try}}\n    {override}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match=reason) as error:
        apply_profile(read_catalogue(folder, FEEDS).rules, read_profile(folder, "odd"))
    assert re.match(rf"{re.escape(str(folder))}/profiles/odd\.yml:7: ", str(error.value))


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("{value:x}", "is no format of a number; allowed are"),
        ("{value:999999999}", "is no format of a number"),
        ("{value:.999999f}", "is no format of a number"),
        ("{value:{threshold}}", "is no format of a number"),
        ("{value.real}", "is no placeholder"),
        ("{value[0]}", "is no placeholder"),
        ("{value!r}", "is no placeholder"),
        ("{value", "a brace has no partner"),
        ("value}", "a brace has no partner"),
        ("x" * 5000, "at most 4000 characters"),
    ],
)
@pytest.mark.parametrize("key", ["says", "means"])
def test_a_text_that_reaches_for_more_than_figures_is_refused(
    folder: Path, key: str, says: str, reason: str
) -> None:
    path = folder / OVERDUE
    text = path.read_text(encoding="utf-8")
    said = says.replace("value", "threshold") if key == "means" else says
    changed = re.sub(rf"(?ms)^{key}:\n.*?(?=^\w)", f'{key}:\n  zh: "{said}"\n  en: "{said}"\n', text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=reason) as error:
        read_catalogue(folder, FEEDS)
    assert re.match(rf"{re.escape(str(path))}:\d+: '", str(error.value))


@pytest.mark.parametrize(
    ("value", "given"), [("cod", "cod"), ("5", "5"), ("[' ', cod]", " , cod"), ("1.5", "1.5")]
)
def test_a_list_of_words_is_a_list_of_words(folder: Path, value: str, given: str) -> None:
    path = folder / "payment" / "shipped_unpaid.yml"
    text = path.read_text(encoding="utf-8")
    known = "methods: [cod, cash_on_delivery, 货到付款]"
    assert known in text
    path.write_text(text.replace(known, f"methods: {value}"), encoding="utf-8")

    with pytest.raises(ConfigurationError, match=f"{given} was given, a list of words is expected"):
        read_catalogue(folder, FEEDS)


def test_an_amount_may_have_cents_and_no_more_than_anybody_pays(folder: Path) -> None:
    put(folder, LARGE, "at_least", "1999.99")
    assert "1999.99" in read_catalogue(folder, FEEDS).rules["first_order_large"].means.en

    put(folder, LARGE, "at_least", "1000000001")
    with pytest.raises(ConfigurationError, match=r"a number from 0 to 1000000000 \(money\) is expected"):
        read_catalogue(folder, FEEDS)
