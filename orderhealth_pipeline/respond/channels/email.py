"""E-mail: one message as HTML and plain text, with the score as a picture in it, through a mail server.

What belongs here: the mail and its transport. What does not: words (wording.py), and the picture
(score_picture.py). A mail server that says 250 has taken the mail; whether it reaches everybody, nobody can
tell from here.
Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 3834 (automatic mails).
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from orderhealth_pipeline.report.failure import Message
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.report.period.summary import Summary
from orderhealth_pipeline.respond.channel_settings import EmailSettings
from orderhealth_pipeline.respond.channels.channel import Envelope, SendError
from orderhealth_pipeline.respond.channels.deadline import Connections, within
from orderhealth_pipeline.respond.channels.http import CONNECT_SECONDS, LONGEST_EXCERPT
from orderhealth_pipeline.respond.channels.score_picture import score_picture
from orderhealth_pipeline.respond.messages.message_lines import MessageLines
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.respond.messages.wording import compose
from orderhealth_pipeline.respond.redaction import redact

SEND_SECONDS: Final = 30.0
"""For a whole mail: a mail server may look at it for a while before it takes it."""

_PICTURE: Final = "score@orderhealth"
_ATTACHED: Final = {
    ".pdf": "pdf",
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TEMPLATES: Final = Path(__file__).with_name("templates")


def render(
    message: Message, settings: EmailSettings, envelope: Envelope, attachments: Path | None = None
) -> EmailMessage:
    """Return the mail. Tries of one delivery have one Message-ID, by which mail programs drop the second.

    `attachments` is the folder in which the files of a report lie; one that is gone is left out.
    """
    lines = compose(message)
    mail = EmailMessage()
    mail["Subject"] = lines.title
    mail["From"] = Address("orderhealth", addr_spec=settings.sender)
    mail["To"] = ", ".join(settings.to)
    mail["Date"] = format_datetime(envelope.now)
    mail["Message-ID"] = f"<{hashlib.sha256(envelope.idempotency_key.encode()).hexdigest()[:32]}@orderhealth>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_text(lines))
    report = message.report if isinstance(message, Notice) else None
    picture = _picture(message if isinstance(message, AlertMessage) else report)
    page = _template().render(
        lines=lines,
        locale=message.locale,
        picture=_PICTURE if picture else None,
        sections=() if report is None else report.sections,
    )
    mail.add_alternative(page, subtype="html")
    if picture:
        # The picture belongs to the page, not to the mail: it goes into the page's own part.
        pages: Any = mail.get_payload()
        pages[1].add_related(picture, "image", "png", cid=f"<{_PICTURE}>", disposition="inline")
    if report is not None and attachments is not None:
        _attach(mail, report, attachments)
    return mail


def _picture(scored: AlertMessage | Summary | None) -> bytes | None:
    if scored is None or scored.score is None:
        return None
    return score_picture(scored.score, scored.threshold)


def _attach(mail: EmailMessage, report: Summary, folder: Path) -> None:
    """Attach the files of a report but its page, which the mail itself is."""
    for name in report.files:
        file = folder / name
        kind = _ATTACHED.get(file.suffix)
        if kind is not None and file.is_file():
            mail.add_attachment(file.read_bytes(), "application", kind, filename=file.name)


def plain_text(lines: MessageLines) -> str:
    """Return the message for mail programs that show no HTML."""
    blocks = [[lines.title, *lines.facts]]
    if lines.causes:
        blocks.append(
            [
                lines.causes_heading,
                *(f"- {cause}" + (f" {link}" if link else "") for cause, link in lines.linked_causes),
            ]
        )
    if lines.orders:
        blocks.append([lines.orders_heading])
        blocks += [[each.headline, *each.findings, each.what_to_do] for each in lines.orders]
    if lines.link:
        blocks.append([lines.link_text, lines.link])
    blocks.append(list(lines.footnotes))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


@dataclass(frozen=True)
class EmailChannel:
    """The inboxes behind a mail server."""

    settings: EmailSettings
    attachments: Path | None = None

    def send(self, message: Message, envelope: Envelope) -> None:
        """Hand the mail over; raises SendError unless the server took it for at least one address."""
        mail = render(message, self.settings, envelope, self.attachments)
        host = self.settings.host
        try:
            refused = within(SEND_SECONDS, lambda connections: _hand_over(mail, self.settings, connections))
        except TimeoutError:
            raise SendError(f"{host} gave no answer in time") from None
        except ssl.SSLError as error:
            raise SendError(f"no protected connection to {host}: {error.reason or 'TLS failed'}") from None
        except smtplib.SMTPNotSupportedError:
            raise SendError(f"{host} offers no STARTTLS, or no login: nothing was sent") from None
        except smtplib.SMTPRecipientsRefused as error:
            raise SendError(self._said(next(iter(error.recipients.values())))) from None
        except smtplib.SMTPResponseException as error:
            raise SendError(self._said((error.smtp_code, error.smtp_error))) from None
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(f"the connection to {host} failed or was cut ({type(error).__name__})") from None
        if refused:
            # The others have it: another try would write to them twice.
            logging.getLogger(__name__).warning(
                "%s refused %d of %d addresses of channel %s",
                host,
                len(refused),
                len(self.settings.to),
                self.settings.name,
            )

    def _said(self, answer: tuple[int, bytes | str]) -> str:
        code, text = answer
        told = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
        return (
            f"{self.settings.host} answered {code}: {one_line(redact(told, self.settings), LONGEST_EXCERPT)}"
        )


def _hand_over(
    mail: EmailMessage, settings: EmailSettings, connections: Connections
) -> dict[str, tuple[int, bytes]]:
    """Speak with the server, and return the addresses that it refused."""
    context = ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))
    is_tls = settings.security == "tls"
    with (
        _TlsSession(connections, settings, context) if is_tls else _Session(connections, settings) as session
    ):
        if settings.security == "starttls":
            session.starttls(context=context)
        if settings.user is not None:
            session.login(settings.user, settings.secrets[0])
        return session.send_message(mail, settings.sender, list(settings.to))


class _Session(smtplib.SMTP):
    """A session whose connection can be cut when the mail is late."""

    def __init__(self, connections: Connections, settings: EmailSettings) -> None:
        self._connections = connections
        super().__init__(settings.host, settings.at_port, timeout=CONNECT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._connections.watch(connection)
        return connection


class _TlsSession(smtplib.SMTP_SSL, _Session):
    """The same, protected from its first byte on: `_Session` opens the connection that is then protected."""

    def __init__(self, connections: Connections, settings: EmailSettings, context: ssl.SSLContext) -> None:
        self._connections = connections
        smtplib.SMTP_SSL.__init__(
            self, settings.host, settings.at_port, timeout=CONNECT_SECONDS, context=context
        )


@cache
def _template() -> jinja2.Template:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("mail.html.j2")
