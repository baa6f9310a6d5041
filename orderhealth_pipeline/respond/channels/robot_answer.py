"""The answers of chat robots, which say HTTP 200 and put the failure into the body.

What belongs here: judging the code in a body. What does not: which codes a platform has (its own module).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from orderhealth_pipeline.respond.channels.channel import SendError
from orderhealth_pipeline.respond.channels.http import HttpAnswer


def require_success(
    answer: HttpAnswer, *, code_key: str, text_key: str, pause_seconds_of_code: Mapping[int, float]
) -> None:
    """Return only when the status is a success and the body is JSON whose `code_key` is 0.

    Raises SendError otherwise, with the platform's code and text, and with the pause of a code that means
    "too fast" unless the answer asks for one itself.
    """
    code, text = _code_and_text(answer.body, code_key, text_key)
    if code is None:
        if not answer.is_success:
            raise answer.as_failure()
        raise SendError(f"HTTP {answer.status} without '{code_key}': {answer.excerpt(answer.body)}")
    if code != 0:
        pause = answer.retry_after_seconds
        raise SendError(
            f"{code_key} {code}: {answer.excerpt(text)}",
            retry_after_seconds=pause_seconds_of_code.get(code) if pause is None else pause,
        )
    if not answer.is_success:
        raise answer.as_failure()


def _code_and_text(body: str, code_key: str, text_key: str) -> tuple[int | None, str]:
    try:
        content = json.loads(body)
    except ValueError:
        return None, ""
    code = content.get(code_key) if isinstance(content, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        return None, ""
    return code, str(content.get(text_key, ""))
