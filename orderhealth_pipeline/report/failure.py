"""The message that a run failed: for the people who run the pipeline, not for those who handle orders.

What belongs here: its shape and its words in both languages. What does not: when to send it (defs/) and how
a platform shows it (respond/).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.report.words.masking import mask_text
from orderhealth_pipeline.words import Locale, Text
from orderhealth_pipeline.yaml_files import FrozenModel, read_model


class RunFailure(FrozenModel):
    """One failed run: `step` is null where no step began; phone numbers in `reason` are masked."""

    kind: Literal["run_failed"] = "run_failed"
    locale: Locale
    job: str = Field(min_length=1)
    step: str | None = None
    reason: Annotated[str, AfterValidator(mask_text)]
    run_id: str = Field(min_length=1)

    @property
    def alert_id(self) -> str:
        """The message's identity: `run_failed-<run_id>`."""
        return f"{self.kind}-{self.run_id}"


Recorded = AlertMessage | Notice
"""Whatever passes through the store."""

Message = Recorded | RunFailure
"""Whatever a channel can send."""

_RECORDED: TypeAdapter[Recorded] = TypeAdapter(Recorded)


def read_recorded(payload: str) -> Recorded:
    """Read a message that was recorded. Raises ValidationError for one of another version."""
    return _RECORDED.validate_json(payload)


class FailureTexts(FrozenModel):
    """The words of the message; respond/messages/wording.py fills in what stands in braces."""

    title: Text
    step: Text
    reason: Text
    run: Text
    what_to_do: Text


@cache
def failure_texts() -> FailureTexts:
    """Read the texts of both languages from failure_texts.yml beside this module, once."""
    return read_model(Path(__file__).with_name("failure_texts.yml"), FailureTexts)
