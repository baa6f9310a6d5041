"""Mails over a real SMTP server on loopback: protected, whole, in both forms, and every refusal told."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orderhealth_pipeline.report.failure import read_recorded
from orderhealth_pipeline.report.message import AlertMessage
from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.report.period.section import Section, Table
from orderhealth_pipeline.report.period.summary import Summary
from orderhealth_pipeline.respond.channel_settings import EmailSettings
from orderhealth_pipeline.respond.channels import channel
from orderhealth_pipeline.respond.channels import email as mail_channel
from orderhealth_pipeline.respond.channels.channel import SendError
from orderhealth_pipeline.respond.channels.email import EmailChannel

# The server does not see that its port is protected from the first byte on.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

PASSWORD = "pass-word-of-orders"
NOW = datetime(2026, 11, 10, 16, 15, tzinfo=UTC)
NOW_ENVELOPE = channel.Envelope("breach-1/mail", NOW)


@dataclass
class Inbox:
    """What the server took, and how it behaves; `refused` are addresses it does not know."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    answer: str = "250 OK"
    was_protected: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return f"550 {address}: no such user here; password={PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library calls it so
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
            self.recipients.append(list(envelope.rcpt_tos))
            self.was_protected.append(session.ssl is not None)
        return self.answer


@dataclass(frozen=True)
class Server:
    inbox: Inbox
    ca_file: Path
    port: int
    security: str

    def settings(self, **changes: Any) -> EmailSettings:
        keys: dict[str, Any] = {
            "name": "mail",
            "type": "email",
            "host": "localhost",
            "port": self.port,
            "security": self.security,
            "ca_file": self.ca_file,
            "sender": "orders@example.com",
            "to": ["ann@example.com", "bob@example.com"],
            "user": "orders",
            "password": PASSWORD,
        }
        return EmailSettings.model_validate({**keys, **changes})

    def send(self, message: AlertMessage, **changes: Any) -> None:
        EmailChannel(self.settings(**changes)).send(message, NOW_ENVELOPE)


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"orders", PASSWORD.encode()), handled=False)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture(params=["starttls", "tls"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    is_tls = request.param == "tls"
    inbox = Inbox()
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=(port := free_port()),
        ssl_context=context if is_tls else None,
        tls_context=None if is_tls else context,
        require_starttls=not is_tls,
        authenticator=knows,
        auth_required=True,
        auth_require_tls=not is_tls,
    )
    controller.start()
    try:
        yield Server(inbox, tmp_path / "ca.pem", port, request.param)
    finally:
        controller.stop()


def test_a_mail_arrives_protected_with_text_page_and_picture(server: Server, breach: AlertMessage) -> None:
    server.send(breach)
    (mail,), (recipients,) = server.inbox.mails, server.inbox.recipients
    assert recipients == ["ann@example.com", "bob@example.com"]
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    for order in breach.orders:
        assert order.order_id in text.get_content()
        assert order.order_id in page.get_content()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [picture.get_content()[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"]
    assert f"cid:{pictures[0]['Content-ID'].strip('<>')}" in page.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "订单健康度 72.31 分" in str(mail["Subject"])


def test_the_tries_of_one_delivery_have_one_message_id(server: Server, breach: AlertMessage) -> None:
    server.send(breach)
    server.send(breach)
    first, second = server.inbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_an_address_that_is_refused_costs_the_others_nothing(server: Server, breach: AlertMessage) -> None:
    server.inbox.refused.add("ann@example.com")
    server.send(breach)
    assert server.inbox.recipients == [["bob@example.com"]]


def test_where_every_address_is_refused_the_reason_is_told_without_secrets(
    server: Server, breach: AlertMessage
) -> None:
    server.inbox.refused.update(("ann@example.com", "bob@example.com"))
    with pytest.raises(SendError, match="localhost answered 550") as caught:
        server.send(breach)
    assert PASSWORD not in str(caught.value)


def test_a_wrong_password_is_told_as_the_server_tells_it(server: Server, breach: AlertMessage) -> None:
    with pytest.raises(SendError, match="answered 535") as caught:
        server.send(breach, password="wrong-word")
    assert "wrong-word" not in str(caught.value)


def test_a_server_that_cannot_take_it_now_is_tried_again(server: Server, breach: AlertMessage) -> None:
    server.inbox.answer = "451 try again later"
    with pytest.raises(SendError, match="answered 451: try again later"):
        server.send(breach)


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server, breach: AlertMessage) -> None:
    with pytest.raises(SendError, match="no protected connection to localhost"):
        server.send(breach, ca_file=None)
    assert server.inbox.mails == []


def test_a_server_without_starttls_gets_neither_password_nor_mail(breach: AlertMessage) -> None:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=(port := free_port()))
    controller.start()
    try:
        plain = Server(inbox, Path("unused"), port, "starttls")
        with pytest.raises(SendError, match="offers no STARTTLS"):
            plain.send(breach, host="127.0.0.1", ca_file=None)
        plain.send(breach, host="127.0.0.1", ca_file=None, security="none", user=None, password=None)
    finally:
        controller.stop()
    assert len(inbox.mails) == 1


def test_a_server_that_says_nothing_costs_no_more_than_the_deadline(
    server: Server, breach: AlertMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> str:
        import asyncio

        await asyncio.sleep(30)
        return "250 late"

    monkeypatch.setattr(server.inbox, "handle_DATA", hang)
    monkeypatch.setattr(mail_channel, "SEND_SECONDS", 0.5)
    with pytest.raises(SendError, match="gave no answer in time"):
        server.send(breach)


def test_a_report_arrives_whole_with_its_spreadsheet_and_its_pdf(server: Server, tmp_path: Path) -> None:
    (tmp_path / "daily").mkdir()
    for form in ("html", "xlsx", "pdf"):
        (tmp_path / "daily" / f"d.{form}").write_bytes(form.encode())
    table = Table(headings=("问题", "订单"), rows=(("<b>迟发</b>", "12"),), numbers=(1,))
    report = Summary(
        kind="daily",
        title="订单健康日报 77.82",
        lines=("现在 77.82 分。",),
        heading="三件要做的事",
        things=("先处理超时事件",),
        sections=(Section(name="broken", title="哪里出了问题", items=("杭州仓",), table=table),),
        link_text="查看完整报告",
        files=("daily/d.html", "daily/d.xlsx", "daily/d.pdf", "daily/gone.pdf"),
        score=Decimal("77.82"),
        threshold=Decimal(85),
    )
    notice = Notice(
        kind="report", subject="daily", locale="zh", as_of=NOW, time_zone="Asia/Shanghai", report=report
    )
    again = read_recorded(notice.model_dump_json())
    EmailChannel(server.settings(), tmp_path).send(again, NOW_ENVELOPE)
    (mail,) = server.inbox.mails
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert "&lt;b&gt;迟发&lt;/b&gt;" in page.get_content()
    assert "杭州仓" in page.get_content()
    assert "先处理超时事件" in text.get_content()
    assert [part.get_filename() for part in mail.iter_attachments()] == ["d.xlsx", "d.pdf"]
    assert [part.get_content() for part in mail.iter_attachments()] == [b"xlsx", b"pdf"]
    assert any(part.get_content_type() == "image/png" for part in mail.walk())
