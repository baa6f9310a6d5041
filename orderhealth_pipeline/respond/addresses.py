"""Web addresses as a configuration gives them: whether they are whole, and where they lead.

What belongs here: judging an address by its text. What does not: opening it (channels/http.py).
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

from orderhealth_pipeline.messages import Message

FULL_ADDRESS: Final = "a full address is expected that starts with https:// or http:// and has no spaces"

LONGEST_ADDRESS: Final = 900
"""Characters; a message's link is it and the name of a report, and chats take links of 1,000 or more."""

LONGEST_MAIL_ADDRESS: Final = 254
"""Characters; RFC 5321, 4.5.3.1.3."""

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_SIGNS_OF_MARKUP: Final = re.compile(r'[<>|"`\\^{}]')


def names_a_host(url: str) -> bool:
    """Say whether it is an address of the web that a request can be sent to."""
    parts = _parts(url)
    is_plain = url.isprintable() and not any(character.isspace() for character in url)
    return is_plain and parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def link_beginning(url: str) -> str:
    """Return the address back. Raises ValueError where people cannot be sent a link that begins with it."""
    parts = _parts(url)
    reason: Message | None = None
    if parts is None or not names_a_host(url):
        reason = Message(FULL_ADDRESS)
    elif _SIGNS_OF_MARKUP.search(url):
        reason = Message(
            'an address is expected without < > | " ` ^ {{ }} and backslashes; write %3C and the like'
        )
    elif len(url) > LONGEST_ADDRESS:
        reason = Message("an address of at most {longest} characters is expected", longest=LONGEST_ADDRESS)
    elif parts.password is not None:
        reason = Message("an address without a password is expected: all who get the message would read it")
    if reason is not None:
        raise ValueError(Message("{reason}; without this key, alerts have no link", reason=reason))
    return url


def is_host(name: str) -> bool:
    """Say whether it is the name or number of a machine alone."""
    return _HOST.fullmatch(name) is not None


def is_mail_address(address: str) -> bool:
    """Say whether it is one mail address, without a name before it."""
    return len(address) <= LONGEST_MAIL_ADDRESS and _MAIL_ADDRESS.fullmatch(address) is not None


def is_loopback(url: str) -> bool:
    """Say whether the address is this machine itself, which no proxy can reach for us."""
    return is_loopback_host(urlsplit(url).hostname or "")


def is_loopback_host(host: str) -> bool:
    """Say whether the host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_readable_on_the_way(url: str) -> bool:
    """Say whether what is sent there passes a network without encryption."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)


LinkBeginning = Annotated[str, AfterValidator(link_beginning)]


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if has_port else None
