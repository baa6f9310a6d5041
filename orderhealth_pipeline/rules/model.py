"""What an expectation file may say: the shape of a rule, its comparison, its explanations and its examples.

What belongs here: the schema of `expectations/<stage>/<rule_id>.yml`. What does not: reading folders of them
(catalogue.py) or applying them (evaluate.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from orderhealth_pipeline.features import FeatureDeclaration
from orderhealth_pipeline.frames import ParameterValue
from orderhealth_pipeline.rules.numbers import Count, Number, Parameter
from orderhealth_pipeline.rules.placeholders import placeholders
from orderhealth_pipeline.yaml_files import FrozenModel

Stage = Literal["ordering", "payment", "warehouse", "logistics", "after_sales", "system"]
Severity = Literal["low", "medium", "high", "critical"]
Operator = Literal["more_than", "at_least", "below", "at_most"]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


@dataclass(frozen=True)
class Declarations:
    """What a rule may refer to: the validation context of a file. A rule that was read before needs none."""

    features: Mapping[str, FeatureDeclaration]
    feeds: frozenset[str]


def _require_known(name: str, known: Iterable[str], kind: str) -> str:
    if name not in known:
        raise ValueError(f"there is no {kind} '{name}'; there are: {', '.join(sorted(known))}")
    return name


def _declared_feature(name: str, info: ValidationInfo) -> str:
    context: Declarations | None = info.context
    return name if context is None else _require_known(name, context.features, "feature")


def _declared_feed(name: str, info: ValidationInfo) -> str:
    context: Declarations | None = info.context
    return name if context is None else _require_known(name, context.feeds, "feed")


FeatureName = Annotated[Identifier, AfterValidator(_declared_feature)]
FeedName = Annotated[Identifier, AfterValidator(_declared_feed)]

_CHINESE: Final = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
_FOLD: Final = re.compile(
    rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])|(?<=[，。；：、！？（）]) | (?=[，。；：、！？（）])"
)


_LONGEST_TEXT: Final = 4000


class Text(FrozenModel):
    """A text in both languages of the reports."""

    zh: str = Field(min_length=1, max_length=_LONGEST_TEXT)
    en: str = Field(min_length=1, max_length=_LONGEST_TEXT)

    @field_validator("zh")
    @classmethod
    def _unfold(cls, text: str) -> str:
        """Take out the blanks that YAML puts where a line is folded: Chinese has none."""
        return _FOLD.sub("", text)

    def in_locale(self, locale: Literal["zh", "en"]) -> str:
        """Give the text in one language."""
        return self.zh if locale == "zh" else self.en


class OrderCondition(FrozenModel):
    """An order is hit when its feature compares so with the threshold; exactly one comparison is given.

    `more_than` and `below` are strict, `at_least` and `at_most` are not. An order without the feature is
    not hit.
    """

    feature: FeatureName
    more_than: Number | None = None
    at_least: Number | None = None
    below: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _has_one_comparison(self) -> Self:
        if sum(value is not None for value in (self.more_than, self.at_least, self.below, self.at_most)) != 1:
            raise ValueError("exactly one of more_than, at_least, below, at_most is expected")
        return self

    @property
    def operator(self) -> Operator:
        """The comparison that is given."""
        for name in ("more_than", "at_least", "below"):
            if getattr(self, name) is not None:
                return name
        return "at_most"

    @property
    def threshold(self) -> Decimal:
        """The value it compares with."""
        threshold: Decimal = getattr(self, self.operator)
        return threshold


class SystemCondition(FrozenModel):
    """The system is hit when the feature is true for a share below `share_below` of the orders concerned.

    The feature is a Boolean; an order without it is not concerned. Fewer than `orders_at_least` orders
    concerned say nothing.
    """

    feature: FeatureName
    share_below: Annotated[Number, Field(gt=0, le=1)]
    orders_at_least: Count


class Explanation(FrozenModel):
    """A benign reason.

    A finding is explained by it when the rule's own comparison no longer hits on `feature`: the same measure
    with the innocent part left out. Without a feature the rule's definition leaves it out already.
    """

    id: Identifier
    title: Text
    needs: tuple[FeedName, ...] = ()
    feature: FeatureName | None = None


class Example(FrozenModel):
    """Records, an instant, and what the rule must say then; a row needs only the columns that matter."""

    name: str = Field(min_length=1)
    as_of: str
    feeds: dict[Identifier, list[dict[str, Any]]]
    hit: tuple[str, ...] = ()
    explained: dict[str, str] = Field(default_factory=dict)
    system_hit: bool = False


class Rule(FrozenModel):
    """One expectation file.

    `parameters` belong to the features that the rule and its explanations look at. `says` is one sentence
    for a finding, with `{value}`, `{threshold}` and the evidence columns of the feature as placeholders
    (for the system as a whole `{orders_concerned}` and `{orders_true}`). `means` is the rule's
    definition, with its own figures as placeholders: no text is wrong when a figure is changed.
    """

    id: Identifier
    stage: Stage
    enabled: bool = True
    severity: Severity
    weight: Annotated[Number, Field(gt=0, lt=1)]
    owner: Text
    needs: tuple[FeedName, ...] = Field(min_length=1)
    hit_when: OrderCondition | SystemCondition
    explanations: tuple[Explanation, ...] = ()
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict, validate_default=True)
    title: Text
    says: Text
    definition: Annotated[Text, Field(alias="means")]
    why: Text
    what_to_do: Text
    examples: tuple[Example, ...] = Field(min_length=2)

    @field_validator("hit_when", mode="before")
    @classmethod
    def _choose_condition(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, dict):
            kind = SystemCondition if "share_below" in value or "orders_at_least" in value else OrderCondition
            return kind.model_validate(value, context=info.context)
        return value

    @field_validator("parameters")
    @classmethod
    def _are_those_of_its_features(
        cls, parameters: dict[str, ParameterValue], info: ValidationInfo
    ) -> dict[str, ParameterValue]:
        context: Declarations | None = info.context
        if context is None or not {"hit_when", "explanations"} <= info.data.keys():
            return parameters
        looked_at = [info.data["hit_when"], *info.data["explanations"]]
        names = {item.feature for item in looked_at if item.feature is not None}
        taken = {parameter for name in names for parameter in context.features[name].parameters}
        for missing in sorted(taken - parameters.keys()):
            raise ValueError(f"the parameter '{missing}' is missing")
        for unused in sorted(parameters.keys() - taken):
            raise ValueError(f"no feature of this rule takes the parameter '{unused}'")
        return parameters

    @field_validator("says")
    @classmethod
    def _names_only_evidence(cls, says: Text, info: ValidationInfo) -> Text:
        context: Declarations | None = info.context
        condition = info.data.get("hit_when")
        if context is None or condition is None:
            return says
        system = ("orders_concerned", "orders_true") if isinstance(condition, SystemCondition) else ()
        known = ("value", "threshold", *system, *context.features[condition.feature].evidence)
        for name in (*placeholders(says.zh), *placeholders(says.en)):
            _require_known(name, known, "placeholder")
        return says

    @model_validator(mode="after")
    def _knows_its_figures(self) -> Self:
        try:
            _ = placeholders(self.definition.zh + self.definition.en), self.means
        except (KeyError, ValueError) as error:
            known = f"there are: {', '.join(self.figures)}"
            raise ValueError(f"means has a wrong placeholder ({error}); {known}") from None
        return self

    @property
    def figures(self) -> dict[str, ParameterValue]:
        """The rule's threshold and parameters, as the placeholders of `means` name them."""
        condition = self.hit_when
        if isinstance(condition, OrderCondition):
            return {"threshold": condition.threshold, **self.parameters}
        count = condition.orders_at_least
        return {"threshold": condition.share_below, "orders_at_least": count, **self.parameters}

    @property
    def means(self) -> Text:
        """The exact definition with the rule's own figures filled in."""
        figures = self.figures
        return Text(zh=self.definition.zh.format(**figures), en=self.definition.en.format(**figures))

    @property
    def is_system_level(self) -> bool:
        """Say whether the rule looks at all orders together."""
        return isinstance(self.hit_when, SystemCondition)

    @property
    def features(self) -> tuple[str, ...]:
        """Every feature that the rule and its explanations look at."""
        explaining = (explanation.feature for explanation in self.explanations)
        return (self.hit_when.feature, *(feature for feature in explaining if feature is not None))
