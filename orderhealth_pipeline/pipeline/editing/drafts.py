"""A draft: what files of the rules would say after a person's changes. Nothing is written.

What belongs here: texts before and after, and the rule that a draft makes. What does not: whether it may be
published (check.py), and writing it (publish.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.adapted import covers_of
from orderhealth_pipeline.pipeline.plan import RunPlan
from orderhealth_pipeline.rules.catalogue import read_rule
from orderhealth_pipeline.rules.coverage import limited_to_covered
from orderhealth_pipeline.rules.editing.yaml_edit import edited
from orderhealth_pipeline.rules.in_force.profiles import Profile, apply_profile, read_profile
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.yaml_files import Keys


@dataclass(frozen=True)
class Draft:
    """Files by their paths, with what they say (empty where there is none yet) and would say."""

    before: Mapping[Path, str]
    after: Mapping[Path, str]

    @property
    def changed(self) -> dict[Path, str]:
        """The texts that differ from what their files say."""
        return {path: text for path, text in self.after.items() if text != self.before[path]}

    @property
    def fingerprint(self) -> str:
        """What differs once one of the files was changed by somebody else."""
        return fingerprint_of(self.before)

    def including(self, path: Path) -> Draft:
        """Return the draft with one file more to change."""
        if path in self.before:
            return self
        text = text_of(path)
        return Draft({**self.before, path: text}, {**self.after, path: text})

    def with_edits(self, path: Path, edits: Iterable[tuple[Keys, Any]]) -> Draft:
        """Return the draft with more changes of one file. Raises ConfigurationError."""
        try:
            text = edited(self.after[path], edits)
        except KeyError as error:
            place = str(error.args[0]) if error.args else ""
            raise ConfigurationError(
                Message(
                    "there is no place for '{place}' in the file any more: load the page again", place=place
                ),
                file=path,
            ) from None
        return Draft(self.before, {**self.after, path: text})

    def differences(self, folder: Path) -> list[tuple[str, list[str]]]:
        """Return the lines that differ, by file, as a patch shows them."""
        return [
            (str(path.relative_to(folder)), _patch(self.before[path], text))
            for path, text in self.changed.items()
        ]


def fingerprint_of(texts: Mapping[Path, str]) -> str:
    """Return a hash over files and what they say."""
    digest = hashlib.sha256()
    for path in sorted(texts):
        digest.update(f"{path.name}\0{texts[path]}\0".encode())
    return digest.hexdigest()[:24]


def draft_of(*paths: Path) -> Draft:
    """Return a draft of files that changes nothing yet. Raises ConfigurationError for an unreadable one."""
    texts = {path: text_of(path) for path in paths}
    return Draft(texts, texts)


def text_of(path: Path) -> str:
    """Return what a file says, and nothing where there is none. Raises ConfigurationError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read().removeprefix("\ufeff")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            Message("the file cannot be read as UTF-8 text: {error}", error=error), file=path
        ) from None


def rule_file(plan: RunPlan, rule: Rule) -> Path:
    """Return the file of a rule."""
    return plan.settings.expectations / rule.stage / f"{rule.id}.yml"


def profile_file(plan: RunPlan, profile: str) -> Path:
    """Return the file of a profile; there need not be one."""
    return plan.settings.expectations / "profiles" / f"{profile}.yml"


def own_rule(path: Path, draft: Draft) -> Rule:
    """Return the rule as its file would say it, without any profile. Raises ConfigurationError."""
    return read_rule(path, frozenset(feed_contracts()), draft.after[path])


def profile_of(plan: RunPlan, name: str, draft: Draft) -> Profile | None:
    """Return a profile as its file would say it; None where it has no file."""
    text = draft.after.get(profile_file(plan, name), "")
    return read_profile(plan.settings.expectations, name, text) if text else None


def rule_in_force(plan: RunPlan, rule: Rule, profile: Profile | None) -> Rule:
    """Return a rule as a run under a profile would evaluate it. Raises ConfigurationError."""
    if profile is not None and rule.id in profile.rules:
        alone = profile.model_copy(update={"rules": {rule.id: profile.rules[rule.id]}})
        rule = apply_profile({rule.id: rule}, alone)[rule.id]
    return limited_to_covered({rule.id: rule}, covers_of(plan.settings))[rule.id]


def _patch(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++"))]
