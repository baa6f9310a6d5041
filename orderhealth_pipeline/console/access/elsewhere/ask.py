"""Asking a platform's API: one request, bounded in time and size, whose answer is a JSON object.

What belongs here: the transport. What does not: what an answer means (wecom.py, dingtalk.py, feishu.py). No
error repeats an address or a secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

import requests

from orderhealth_pipeline.console.access.elsewhere.way import refused

_SECONDS: Final = (5.0, 10.0)
_LONGEST: Final = 65_536


def ask(
    method: Literal["GET", "POST"],
    url: str,
    title: str,
    *,
    query: Mapping[str, str] | None = None,
    content: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the object that a platform answers, whatever the status. Raises SignInError."""
    try:
        with requests.request(
            method,
            url,
            params=query,
            json=content,
            headers=headers,
            timeout=_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            text = answer.raw.read(_LONGEST, decode_content=True)
            found = json.loads(text)
    except requests.RequestException as error:
        raise refused(title, type(error).__name__) from None
    except ValueError:
        raise refused(title, f"HTTP {answer.status_code}") from None
    if not isinstance(found, dict):
        raise refused(title, f"HTTP {answer.status_code}")
    return found
