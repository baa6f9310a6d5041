from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.resources import expectations_folder
from orderhealth_pipeline.rules.in_force.profiles import Profile, apply_profile, read_profile
from orderhealth_pipeline.rules.language.condition import Comparison
from orderhealth_pipeline.rules.language.conditions import SystemShare
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.yaml_files import read_model

WHY = {"zh": "理由", "en": "reason"}


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    folder = expectations_folder()
    files = (
        folder / "payment" / "paid_not_in_erp.yml",
        folder / "system" / "pickup_gap.yml",
        folder / "ordering" / "buyer_burst.yml",
    )
    return {file.stem: read_model(file, Rule) for file in files}


def profile(**rules: object) -> Profile:
    overrides = {rule_id: {"why": WHY, **override} for rule_id, override in rules.items()}  # type: ignore[dict-item]
    return Profile.model_validate({"name": "sale", "title": WHY, "why": WHY, "rules": overrides})


def test_a_profile_without_overrides_leaves_every_rule_as_its_file_says(rules: dict[str, Rule]) -> None:
    assert apply_profile(rules, read_profile(expectations_folder(), "everyday")) == rules


def test_an_override_changes_only_what_it_names(rules: dict[str, Rule]) -> None:
    changed = apply_profile(
        rules, profile(paid_not_in_erp={"hit_when": {"more_than": 10}, "severity": "high", "weight": "0.5"})
    )
    rule = changed["paid_not_in_erp"]
    assert isinstance(rule.hit_when, Comparison)
    assert rule.hit_when == Comparison.model_validate(
        {"feature": "minutes_paid_without_erp", "more_than": 10}
    )
    assert (rule.severity, rule.weight, rule.enabled) == ("high", Decimal("0.5"), True)
    assert changed["buyer_burst"] == rules["buyer_burst"]
    assert "10 minutes" in rule.means.en


def test_a_share_and_a_parameter_can_be_overridden(rules: dict[str, Rule]) -> None:
    changed = apply_profile(
        rules, profile(pickup_gap={"hit_when": {"share_below": "0.95"}, "parameters": {"shipped_hours": 4}})
    )
    rule = changed["pickup_gap"]
    assert isinstance(rule.hit_when, SystemShare)
    assert (rule.hit_when.share_below, rule.hit_when.orders_at_least) == (Decimal("0.95"), 20)
    assert rule.parameters == {"shipped_hours": 4}


def test_a_rule_can_be_switched_off_for_a_profile(rules: dict[str, Rule]) -> None:
    changed = apply_profile(rules, profile(buyer_burst={"enabled": False}))
    assert [rule.id for rule in changed.values() if not rule.enabled] == ["buyer_burst"]


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ({"paid": {}}, "overrides the rule 'paid', which does not exist; there are: buyer_burst, "),
        (
            {"paid_not_in_erp": {"hit_when": {"below": 10}}},
            "rule 'paid_not_in_erp': it does not compare with 'below', but with: more_than",
        ),
        (
            {"paid_not_in_erp": {"hit_when": {"feature": 10}}},
            "it does not compare with 'feature', but with: more_than",
        ),
        (
            {"pickup_gap": {"hit_when": {"share_below": 2}}},
            "rule 'pickup_gap': hit_when.share_below: Input should be less than or equal to 1",
        ),
        (
            {"pickup_gap": {"parameters": {"hours": 2}}},
            "rule 'pickup_gap': it has no parameter 'hours'; it has: shipped_hours",
        ),
        (
            {"pickup_gap": {"parameters": {"shipped_hours": "six"}}},
            "the parameter 'shipped_hours' is like 6, not like six",
        ),
    ],
)
def test_an_override_that_fits_nothing_is_named(
    rules: dict[str, Rule], override: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        apply_profile(rules, profile(**override))
    assert "the profile 'sale'" in str(raised.value)
    assert complaint in str(raised.value)


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"no 'sale\.yml', only: everyday, promotion"):
        read_profile(expectations_folder(), "sale")


def test_a_profile_must_be_named_as_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    text = (expectations_folder() / "profiles" / "everyday.yml").read_text(encoding="utf-8")
    (folder / "quiet.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"quiet\.yml:1: the key 'name' is 'everyday'"):
        read_profile(tmp_path, "quiet")
