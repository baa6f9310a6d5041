"""What an expectation file may say: the shape of a rule, its comparison, its explanations and its examples.

What belongs here: the schema of `expectations/<stage>/<rule_id>.yml`. What does not: reading folders of them
(catalogue.py) or applying them (evaluate.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from orderhealth_pipeline.declared.features import declared_features
from orderhealth_pipeline.declared.system_counts import declared_counts
from orderhealth_pipeline.frames import FeatureRequest, ParameterValue
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.rules.language.condition import (
    Comparison,
    Condition,
    Group,
    comparisons,
    figures,
)
from orderhealth_pipeline.rules.language.conditions import (
    AnyCondition,
    Explanation,
    SystemCondition,
    SystemCount,
    SystemShare,
    kind_of_system,
)
from orderhealth_pipeline.rules.language.contradictions import contradiction
from orderhealth_pipeline.rules.language.declarations import Declarations, FeedName, Identifier, require_known
from orderhealth_pipeline.rules.language.looks import Look
from orderhealth_pipeline.rules.language.numbers import Number, Parameter
from orderhealth_pipeline.rules.language.placeholders import placeholders
from orderhealth_pipeline.rules.language.rule_looks import evidence_names, looks_of
from orderhealth_pipeline.rules.own_examples.example import Example
from orderhealth_pipeline.words import CauseKind, Limit, Response, Severity, Stage, Step, Text
from orderhealth_pipeline.yaml_files import FrozenModel

JOINS: Final = frozenset({"all", "any", "none"})
_GROUP_OR_COMPARISON: Final[dict[bool, type[Group | Comparison]]] = {True: Group, False: Comparison}

Names = Annotated[tuple[str, ...], Field(min_length=1)]
MOST_DUE_MINUTES: Final = 60 * 24 * 30


class Rule(FrozenModel):
    """One expectation file.

    `parameters` belong to the features that the rule and its explanations look at. `says` is one sentence
    for a finding, with `{value}`, `{threshold}` and the evidence columns of the feature as placeholders
    (for a share of orders `{orders_concerned}` and `{orders_true}`). `means` is the rule's
    definition, with its own figures as placeholders: no text is wrong when a figure is changed. `case_by`
    says which findings have one cause, `due_minutes` how soon that should be over, `responses` what is to be
    done, in this order. `steps` are steps of the funnel: an order that is hit is stuck before the first of
    them that it has not reached.
    """

    id: Identifier
    stage: Stage
    enabled: bool = True
    severity: Severity
    weight: Annotated[Number, Field(gt=0, lt=1)]
    owner: Text
    needs: tuple[FeedName, ...] = Field(min_length=1)
    hit_when: Condition | SystemCondition
    case_by: CauseKind = "order"
    due_minutes: Annotated[int, Field(ge=1, le=MOST_DUE_MINUTES)] | None = None
    responses: tuple[Response, ...] = ()
    steps: tuple[Step, ...] = ()
    applies_to: dict[Limit, Names] = Field(default_factory=dict)
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
            kind = kind_of_system(value) or _GROUP_OR_COMPARISON[bool(JOINS & value.keys())]
            return kind.model_validate(value, context=info.context)
        return value

    @field_validator("hit_when")
    @classmethod
    def _may_hold(cls, condition: AnyCondition) -> AnyCondition:
        if not isinstance(condition, SystemCondition):
            figures(condition)
            if reason := contradiction(condition):
                raise ValueError(reason)
        return condition

    @field_validator("explanations")
    @classmethod
    def _explain_what_is_compared(
        cls, explanations: tuple[Explanation, ...], info: ValidationInfo
    ) -> tuple[Explanation, ...]:
        condition = info.data.get("hit_when")
        if isinstance(condition, Group) and any(each.feature is not None for each in explanations):
            raise ValueError("with several comparisons an explanation says when it explains: use 'when'")
        return explanations

    @field_validator("parameters")
    @classmethod
    def _are_those_of_its_features(
        cls, parameters: dict[str, ParameterValue], info: ValidationInfo
    ) -> dict[str, ParameterValue]:
        context: Declarations | None = info.context
        if context is None or not {"hit_when", "explanations"} <= info.data.keys():
            return parameters
        looks = looks_of(info.data["hit_when"], info.data["explanations"])
        taken: set[str] = set()
        for feature, own in looks:
            declared = context.features[feature].parameters.keys()
            for unused in sorted(own.keys() - declared):
                raise ValueError(
                    Message(
                        "the feature '{feature}' takes no parameter '{unused}'",
                        feature=feature,
                        unused=unused,
                    )
                )
            taken |= declared - own.keys()
        if isinstance(counted := info.data["hit_when"], SystemCount):
            taken |= declared_counts()[counted.count].parameters.keys()
        for missing in sorted(taken - parameters.keys()):
            raise ValueError(Message("the parameter '{missing}' is missing", missing=missing))
        for unused in sorted(parameters.keys() - taken):
            raise ValueError(Message("no feature of this rule takes the parameter '{unused}'", unused=unused))
        return parameters

    @field_validator("says")
    @classmethod
    def _names_only_evidence(cls, says: Text, info: ValidationInfo) -> Text:
        context: Declarations | None = info.context
        condition = info.data.get("hit_when")
        if context is None or condition is None or "parameters" not in info.data:
            return says
        known = evidence_names(condition, info.data["parameters"], context)
        for name in (*placeholders(says.zh), *placeholders(says.en)):
            require_known(name, known, "placeholder")
        return says

    @model_validator(mode="after")
    def _knows_its_figures(self) -> Self:
        try:
            _ = placeholders(self.definition.zh + self.definition.en), self.means
        except (KeyError, ValueError) as error:
            raise ValueError(
                Message(
                    "means has a wrong placeholder ({error}); there are: {known}",
                    error=str(error) if isinstance(error, KeyError) else as_message(error),
                    known=", ".join(self.figures),
                )
            ) from None
        return self

    @property
    def figures(self) -> dict[str, ParameterValue]:
        """The rule's figures and parameters, as the placeholders of `means` name them."""
        condition = self.hit_when
        if isinstance(condition, SystemCondition):
            return {**condition.figures, **self.parameters}
        named = {name: threshold.default for name, threshold in figures(condition).items()}
        return {**named, **self.parameters}

    @property
    def means(self) -> Text:
        """The exact definition with the rule's own figures filled in."""
        lists = {name: value for name, value in self.figures.items() if isinstance(value, tuple)}
        zh = {**self.figures, **{name: "、".join(words) for name, words in lists.items()}}
        en = {**self.figures, **{name: ", ".join(words) for name, words in lists.items()}}
        return Text(zh=self.definition.zh.format(**zh), en=self.definition.en.format(**en))

    @property
    def is_system_level(self) -> bool:
        """Say whether the rule looks at all orders together."""
        return isinstance(self.hit_when, SystemCondition)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons of its condition, in the order of the file; of the system none."""
        condition = self.hit_when
        return () if isinstance(condition, SystemCondition) else tuple(comparisons(condition))

    @property
    def looks(self) -> tuple[Look, ...]:
        """Everything about an order that the rule and its explanations look at."""
        own: tuple[Look, ...] = self.comparisons
        if isinstance(self.hit_when, SystemShare):
            own = (Look.model_validate({"feature": self.hit_when.feature}),)
        explaining = [
            look
            for each in self.explanations
            for look in (
                comparisons(each.when)
                if each.when is not None
                else [Look.model_validate({"feature": each.feature})]
                if each.feature is not None
                else []
            )
        ]
        return (*own, *explaining)

    def request(self, look: Look) -> FeatureRequest:
        """Ask for what is looked at, with the rule's parameters where the look brings none of its own."""
        if look.feature is None:
            return look.shape_request()
        return self.feature_request(look.feature, look.with_)

    def feature_request(
        self, feature: str, own: Mapping[str, ParameterValue] | None = None
    ) -> FeatureRequest:
        """Ask for a declared feature, with the rule's parameters where no own ones are given."""
        return declared_features()[feature].request(feature, {**self.parameters, **(own or {})})
