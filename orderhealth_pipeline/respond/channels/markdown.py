"""The Markdown that DingTalk and WeCom share, and cutting it to size.

What belongs here: markup and cutting of text robots. What does not: words (wording.py), and limits of one
platform.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.respond.channels.outside_text import harmless
from orderhealth_pipeline.respond.messages.message_lines import MessageLines
from orderhealth_pipeline.respond.messages.wording import compose, most_detailed


def link(text: str, url: str) -> str:
    """Write a link; parentheses in the address would end it early."""
    return f"[{text}]({url.replace('(', '%28').replace(')', '%29')})"


def body_lines(lines: MessageLines) -> list[str]:
    """Title, facts, causes and TOP5 as Markdown lines, the most important first."""
    body = [f"### {harmless(lines.title)}", *(harmless(fact) for fact in lines.facts)]
    if lines.causes:
        body += ["", f"**{lines.causes_heading}**", *linked_causes(lines)]
    if lines.orders:
        body += ["", f"**{lines.orders_heading}**"]
    for order in lines.orders:
        body += ["", f"**{harmless(order.headline)}**"]
        body += [f"- {harmless(line)}" for line in (*order.findings, order.what_to_do)]
    return body


def linked_causes(lines: MessageLines) -> list[str]:
    """Write a line for each cause, with the link to what it tells of."""
    return [
        f"- {harmless(cause)}" + (f" {link(lines.open_text, address)}" if address else "")
        for cause, address in lines.linked_causes
    ]


def foot_lines(lines: MessageLines) -> list[str]:
    """What must survive a cut: footnotes and the link."""
    links = [link(lines.link_text, lines.link)] if lines.link else []
    foot = [*(harmless(note) for note in lines.footnotes), *links]
    return ["", *foot] if foot else []


def text_within(message: Message, *, separator: str, limit_bytes: int, called: str = "") -> str:
    """Return the message as Markdown of at most `limit_bytes`: fewer findings per order, then fewer lines.

    `called` names people, as the platform does, at the very end.
    """
    last = [called] if called else []
    lines = most_detailed(
        message,
        lambda wording: (
            byte_length(separator.join([*body_lines(wording), *foot_lines(wording), *last])) <= limit_bytes
        ),
    )
    foot = [*foot_lines(lines), *last]
    return join_within(body_lines(lines), foot, separator=separator, limit_bytes=limit_bytes)


def plain_within(message: Message, *, limit_bytes: int) -> str:
    """Return the message as a plain text of at most `limit_bytes`, links as addresses."""
    lines = compose(message)
    body = [harmless(lines.title), *(harmless(fact) for fact in lines.facts)]
    body += [
        f"- {harmless(cause)}" + (f" {address}" if address else "") for cause, address in lines.linked_causes
    ]
    body += [harmless(order.headline) for order in lines.orders]
    foot = [*(harmless(note) for note in lines.footnotes), *([lines.link] if lines.link else [])]
    return join_within(body, foot, separator="\n", limit_bytes=limit_bytes)


def join_within(body: Sequence[str], foot: Sequence[str], *, separator: str, limit_bytes: int) -> str:
    """Join body and foot to at most `limit_bytes` of UTF-8, cutting whole lines off the end of the body.

    When not even its first line has room, that line is cut at a whole character; when the foot alone is too
    long, it is left out.
    """
    kept = list(body)
    while len(kept) > 1 and byte_length(separator.join([*kept, *foot])) > limit_bytes:
        kept.pop()
    joined = separator.join([*kept, *foot])
    if byte_length(joined) <= limit_bytes:
        return joined
    room = limit_bytes - byte_length(separator.join(["", *foot]))
    if room < 0:
        return cut_to_bytes(body[0], limit_bytes)
    return separator.join([cut_to_bytes(body[0], room), *foot])


def cut_to_bytes(text: str, limit_bytes: int) -> str:
    """Keep the beginning of a text that takes at most `limit_bytes` of UTF-8, never half a character."""
    return text.encode()[:limit_bytes].decode(errors="ignore")


def byte_length(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text.encode())
