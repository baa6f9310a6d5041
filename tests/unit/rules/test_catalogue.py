"""A folder of expectations is read whole, and every mistake in it is named with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.catalogue import Catalogue, read_catalogue
from tests.feeds import SCHEMAS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the expectations that may be spoilt."""
    return shutil.copytree(expectations_folder(), tmp_path / "expectations")


def read(folder: Path, profile: str | None = None) -> Catalogue:
    return read_catalogue(folder, frozenset(SCHEMAS), profile)


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text of a file and tell the line that it stands in."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problem(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(folder)
    return str(caught.value).replace(f"{folder}/", "")


def test_rules_stand_in_the_order_of_an_order_s_life(folder: Path) -> None:
    stages = [rule.stage for rule in read(folder).rules.values()]

    assert list(dict.fromkeys(stages)) == [
        "ordering",
        "payment",
        "warehouse",
        "logistics",
        "after_sales",
        "system",
    ]


def test_every_feature_is_asked_for_once_with_the_parameters_of_its_rule(folder: Path) -> None:
    requests = read(folder).requests()

    assert len(requests) == len({request.column for request in requests})
    assert "buyer_orders_in_span__span_minutes_10" in {request.column for request in requests}


def test_another_threshold_is_an_edit_of_one_value(folder: Path) -> None:
    edit(folder, "ordering/buyer_burst.yml", "span_minutes: 10", "span_minutes: 20")

    columns = {request.column for request in read(folder).requests()}

    assert "buyer_orders_in_span__span_minutes_20" in columns


def test_a_disabled_rule_asks_for_nothing(folder: Path) -> None:
    edit(folder, "ordering/incomplete_address.yml", "enabled: true", "enabled: false")

    catalogue = read(folder)

    assert "incomplete_address" not in {rule.id for rule in catalogue.enabled}
    assert "address_faults" not in {request.feature for request in catalogue.requests()}


def test_a_profile_is_laid_over_the_rules(folder: Path) -> None:
    plain, tightened = read(folder), read(folder, "promotion")

    assert tightened.rules.keys() == plain.rules.keys()
    assert tightened.rules != plain.rules


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        ("ordering/low_price.yml", "weight: 0.40", "weight: 1.40", "weight", "less than 1"),
        ("ordering/low_price.yml", "weight: 0.40", "weight: 0", "weight", "greater than 0"),
        ("ordering/low_price.yml", "weight: 0.40", "wheight: 0.40", "wheight", "unknown key"),
        ("ordering/low_price.yml", "severity: high", "severity: huge", "severity", "'critical'"),
        ("ordering/low_price.yml", "id: low_price", "id: cheap", "id", "'low_price' expected"),
        ("ordering/low_price.yml", "stage: ordering", "stage: payment", "stage", "'ordering' expected"),
        (
            "ordering/low_price.yml",
            "lowest_price_ratio, below: 0.70",
            "lowest_price, below: 0.70",
            "hit_when.feature",
            "lowest_price_ratio",
        ),
        (
            "ordering/low_price.yml",
            "window_days: 30",
            "windows_days: 30",
            "parameters",
            "'window_days' is missing",
        ),
        ("payment/paid_not_in_erp.yml", "payments, erp_orders]", "payments, erp]", "needs.2", "erp_orders"),
        (
            "ordering/buyer_burst.yml",
            "cheap_rule: low_price",
            "cheap_rule: no_rule",
            "parameters.cheap_rule",
            "no rule 'no_rule'",
        ),
        (
            "ordering/buyer_burst.yml",
            "cheap_rule: low_price",
            "cheap_rule: pickup_gap",
            "parameters.cheap_rule",
            "the system as a whole",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(
    folder: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    line = edit(folder, file, old, new)

    place = f"{file}:{line - 1 if key == 'parameters' else line}: "
    (said,) = (text for text in problem(folder).splitlines() if text.startswith(place))
    assert f"'{key}'" in said
    assert reason in said


def test_a_rule_that_cannot_be_read_is_not_called_missing(folder: Path) -> None:
    edit(folder, "ordering/low_price.yml", "weight: 0.40", "weight: 1.40")

    assert "buyer_burst" not in problem(folder)


def test_all_wrong_files_are_named_at_once(folder: Path) -> None:
    edit(folder, "ordering/low_price.yml", "weight: 0.40", "weight: 1.40")
    edit(folder, "payment/paid_not_in_erp.yml", "weight: 0.60", "weight: none")

    message = problem(folder)

    assert "ordering/low_price.yml" in message
    assert "payment/paid_not_in_erp.yml" in message


def test_a_rule_that_refers_to_a_rule_cannot_be_referred_to(folder: Path) -> None:
    edit(
        folder,
        "ordering/buyer_burst.yml",
        "feature: buyer_orders_in_span, at_least: 5",
        "feature: buyer_orders_in_suspicious_span, at_least: 5",
    )
    edit(folder, "ordering/buyer_burst.yml", "cheap_rule: low_price", "cheap_rule: buyer_burst")
    text = (folder / "ordering/buyer_burst.yml").read_text(encoding="utf-8")
    for placeholder in ("{buyer_id}", "{span_started_at}"):
        text = text.replace(placeholder, "")
    (folder / "ordering/buyer_burst.yml").write_text(text, encoding="utf-8")

    assert "'parameters.cheap_rule': the rule 'buyer_burst' refers to another rule itself" in problem(folder)


def test_one_id_cannot_stand_in_two_stages(folder: Path) -> None:
    shutil.copy(folder / "ordering/low_price.yml", folder / "payment/low_price.yml")
    edit(folder, "payment/low_price.yml", "stage: ordering", "stage: payment")

    assert problem(folder).startswith("payment/low_price.yml:1: 'id': the rule stands in ordering")


def test_a_folder_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    assert "does not exist" in problem(tmp_path / "nowhere")
    assert "no rule here" in problem(tmp_path)
