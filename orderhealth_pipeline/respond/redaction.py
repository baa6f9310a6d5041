"""Taking addresses, tokens and secrets out of a text before it is stored or shown.

What belongs here: redaction of what a platform or a library said. What does not: deciding what to say.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from orderhealth_pipeline.respond.channel_settings import ChannelSettings

STARS: Final = "***"

_ADDRESS: Final = re.compile(r"\bhttps?:(?:\\?/){2}\S+", re.IGNORECASE)
_NAMED_SECRET: Final = re.compile(
    r"(?i)\b(access_token|token|key|secret|sign|signature|password)([\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}]+"
)
_SHORTEST_PART: Final = 6
"""Characters of a part of an address that may be a key; shorter ones are words like `send`."""


def redact(text: str, settings: ChannelSettings) -> str:
    """Put stars in the place of the secrets of a channel (hidden)."""
    return hidden(text, settings.secrets, settings.key_address)


def hidden(text: str, secrets: Iterable[str], url: str | None) -> str:
    """Put stars in the place of secrets.

    Of these: the secrets, the address and every part of it that may be a key, in clear, encoded for an
    address, or escaped as in JSON and HTML. Of anything else: whatever looks like an address or a named
    secret. Texts are cut after this, not before: half a secret is known no more.
    """
    forms = sorted(
        {form for secret in _secrets(secrets, url) for form in _forms(secret)}, key=len, reverse=True
    )
    for form in forms:
        text = text.replace(form, STARS)
    return _NAMED_SECRET.sub(rf"\1\2{STARS}", _ADDRESS.sub(STARS, text))


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret))
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", r"\/")


def _secrets(secrets: Iterable[str], url: str | None) -> Iterator[str]:
    yield from secrets
    if url is None:
        return
    parts = urlsplit(url)
    pieces = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    pieces += [parts.query, parts.fragment, parts.username or "", parts.password or ""]
    yield url
    for piece in pieces:
        if len(piece) >= _SHORTEST_PART:
            yield piece
            yield unquote(piece)
