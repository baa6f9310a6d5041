"""The catalogue: every rule of an expectations folder, checked against what it refers to.

What belongs here: reading the folder and asking for the features its rules need. What does not: a rule's own
shape (model.py) and applying rules to orders (evaluate.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orderhealth_pipeline.declared.features import FeatureDeclaration, declared_features
from orderhealth_pipeline.declared.order_columns import order_columns
from orderhealth_pipeline.declared.shape_features import rules_of
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.frames import FeatureRequest
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.rules.in_force.profiles import Profile, apply_profile, read_profile
from orderhealth_pipeline.rules.language.bounds import comparison_problem, parameter_problem, takers_of
from orderhealth_pipeline.rules.language.condition import placed_comparisons
from orderhealth_pipeline.rules.language.conditions import SystemCondition
from orderhealth_pipeline.rules.language.declarations import Declarations
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.words import STAGES
from orderhealth_pipeline.yaml_files import Keys, read_model


@dataclass(frozen=True)
class Catalogue:
    """The rules by id, in the order of an order's life, and the features they may ask for."""

    rules: Mapping[str, Rule]
    features: Mapping[str, FeatureDeclaration]

    @property
    def enabled(self) -> tuple[Rule, ...]:
        """The rules that are switched on."""
        return tuple(rule for rule in self.rules.values() if rule.enabled)

    def requests(self) -> tuple[FeatureRequest, ...]:
        """Every feature that the enabled rules and their explanations look at, each once."""
        return _requests(self.enabled)

    def order_requests(self) -> tuple[FeatureRequest, ...]:
        """The same of the rules about orders."""
        return _requests(rule for rule in self.enabled if not rule.is_system_level)

    def system_requests(self) -> tuple[FeatureRequest, ...]:
        """The same of the rules about the system as a whole."""
        return _requests(rule for rule in self.enabled if rule.is_system_level)

    def referred_rules(self) -> tuple[Rule, ...]:
        """The rules that a parameter of another enabled rule names, such as `cheap_rule: low_price`."""
        names = {name for request in self.requests() for name in rules_of(request)}
        return tuple(rule for rule in self.rules.values() if rule.id in names)

    def referred_by(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules that a parameter of one rule names."""
        names = {name for look in rule.looks for name in rules_of(rule.request(look))}
        return tuple(other for other in self.rules.values() if other.id in names)


def _requests(rules: Iterable[Rule]) -> tuple[FeatureRequest, ...]:
    asked = [rule.request(look) for rule in rules for look in rule.looks]
    return tuple(dict.fromkeys(asked))


def read_catalogue(
    folder: Path,
    feeds: frozenset[str],
    profile: str | None = None,
    drafts: Mapping[Path, str] | None = None,
) -> Catalogue:
    """Read every `<stage>/<rule_id>.yml` of the folder, and lay a profile over them.

    `feeds` are the names a rule may need; `drafts` are texts that files would have, new files among them, and
    empty ones of files that would go.
    Raises ConfigurationError, with file and line, for every file that is wrong at once.
    """
    if not folder.is_dir():
        raise ConfigurationError("the folder of expectations does not exist", file=folder)
    texts = drafts or {}
    declarations = Declarations(declared_features(), feeds, order_columns())
    files: dict[str, _RuleFile] = {}
    problems: list[ConfigurationError] = []
    for stage in STAGES:
        drafted = {path for path in texts if path.parent == folder / stage}
        for path in sorted({*(folder / stage).glob("*.yml"), *drafted}):
            if texts.get(path) == "":
                # The draft takes the file away.
                continue
            try:
                file = _read_rule(path, declarations, texts.get(path))
                if file.rule.id in files:
                    raise file.wrong("id", f"the rule stands in {files[file.rule.id].rule.stage}, too")
                files[file.rule.id] = file
            except ConfigurationError as error:
                problems.append(error)
    # A rule that could not be read is not missing: what refers to it is looked at once it can be read.
    problems = problems or _dangling_references(files)
    rules = {rule_id: file.rule for rule_id, file in files.items()}
    if problems:
        raise (
            problems[0]
            if len(problems) == 1
            else ConfigurationError("\n".join(str(each) for each in problems))
        )
    if not rules:
        raise ConfigurationError(
            Message(
                "no rule here; expected <stage>/<rule_id>.yml, stages {stages}", stages=", ".join(STAGES)
            ),
            file=folder,
        )
    if profile is not None:
        rules = apply_profile(rules, _profile(folder, profile, texts))
    return Catalogue(rules=rules, features=declarations.features)


def read_rule(path: Path, feeds: frozenset[str], text: str | None = None) -> Rule:
    """Read one rule's file alone; with `text` as though the file said that. Raises ConfigurationError."""
    return _read_rule(path, Declarations(declared_features(), feeds, order_columns()), text).rule


def _profile(folder: Path, name: str, drafts: Mapping[Path, str]) -> Profile:
    return read_profile(folder, name, drafts.get(folder / "profiles" / f"{name}.yml"))


@dataclass(frozen=True)
class _RuleFile:
    """A rule as it was read, with the line of every key of its file."""

    rule: Rule
    path: Path
    lines: Mapping[Keys, int]

    def wrong(self, key: str, reason: str) -> ConfigurationError:
        return self.wrong_at(tuple(key.split(".")), reason)

    def wrong_at(self, keys: Keys, reason: str) -> ConfigurationError:
        line = self.lines.get(keys, 1)
        return ConfigurationError(
            Message("'{keys}': {reason}", keys=".".join(map(str, keys)), reason=as_message(reason)),
            file=self.path,
            line=line,
        )


def _read_rule(path: Path, declarations: Declarations, text: str | None = None) -> _RuleFile:
    lines: dict[Keys, int] = {}
    read = read_model(path, Rule, context=declarations, lines=lines, text=text)
    file = _RuleFile(read, path, lines)
    rule, stage = file.rule, path.parent.name
    if rule.id != path.stem:
        raise file.wrong("id", f"'{rule.id}' was given, '{path.stem}' expected, as the file is named")
    if rule.stage != stage:
        raise file.wrong("stage", f"'{rule.stage}' was given, '{stage}' expected, as the folder is named")
    _require_sense(file)
    return file


def _require_sense(file: _RuleFile) -> None:
    """Refuse a figure that nobody can mean. Raises ConfigurationError."""
    rule = file.rule
    takers = takers_of(rule)
    for name, value in rule.parameters.items():
        if reason := parameter_problem(name, value, takers):
            raise file.wrong(f"parameters.{name}", reason)
    if not isinstance(rule.hit_when, SystemCondition):
        for path, leaf in placed_comparisons(rule.hit_when, ("hit_when",)):
            if problem := comparison_problem(leaf, rule.request(leaf)):
                raise file.wrong_at((*path, problem.key), problem.reason)


def _dangling_references(files: Mapping[str, _RuleFile]) -> list[ConfigurationError]:
    """Find the parameters that name no rule, or one whose hits are not known when they are needed."""
    problems = []
    for file in files.values():
        for name, value in file.rule.parameters.items():
            if not isinstance(value, str):
                continue
            reason = f"there is no rule '{value}'"
            if value in files:
                reason = _why_not_referred_to(files[value].rule)
            if reason:
                problems.append(file.wrong(f"parameters.{name}", reason))
    return problems


def _why_not_referred_to(rule: Rule) -> str:
    if rule.is_system_level:
        return f"the rule '{rule.id}' hits no orders, but the system as a whole"
    if any(rules_of(rule.request(look)) for look in rule.comparisons):
        return f"the rule '{rule.id}' refers to another rule itself"
    return ""
