"""Asking a platform: rate, retries, patience, a token that expires, and clocks that differ.

What belongs here: one answer to one question, whatever happens on the way. What does not: which questions
(fetch.py), and signatures (signing.py). No secret and no address reaches an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import requests

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.channels.http import retry_after_seconds
from orderhealth_pipeline.respond.messages.one_line import one_line
from orderhealth_pipeline.respond.redaction import hidden
from orderhealth_pipeline.sources.errors import RefusedOneError, SourceError
from orderhealth_pipeline.sources.http.answers import BrokenAnswerError, at, parsed
from orderhealth_pipeline.sources.http.bucket import Bucket
from orderhealth_pipeline.sources.http.description import Platform
from orderhealth_pipeline.sources.http.sending import Response, send
from orderhealth_pipeline.sources.http.signing import SCHEMES, Question

_LONGEST_PATIENCE_SECONDS: Final = 120.0
_LONGEST_EXCERPT: Final = 200
_FIRST_WAIT_SECONDS: Final = 1.0
_SKEW_THAT_MATTERS: Final = timedelta(seconds=5)
_PASSING: Final = frozenset({408, 425, 500, 502, 503, 504})
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class Reply:
    """An answer that is well: its text, what it says, and where its Link header leads on."""

    text: str
    said: Any
    next_url: str | None = None


@dataclass
class Client:
    """A platform that is asked by one source. `clock` counts seconds, `now` is the instant of the pull."""

    platform: Platform
    base: str
    secrets: dict[str, str]
    tries: int
    now: datetime
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    skew: timedelta = timedelta(0)
    _bucket: Bucket = field(init=False)
    _has_new_token: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._bucket = Bucket(self.platform.rate.per_second, self.platform.rate.burst, self.clock)
        self._begun = self.clock()

    def instant(self) -> datetime:
        """Return the platform's own present: its clock counts for windows and signatures."""
        return self.now + timedelta(seconds=self.clock() - self._begun) + self.skew

    def ask(self, method: str, path: str, params: Mapping[str, Any], url: str | None = None) -> Reply:
        """Ask, and ask again where that may help. Raises SourceError, RefusedOneError where others may do.

        `url` takes the place of the address and its parameters.
        """
        if url is not None and urlsplit(url).netloc != urlsplit(self.base).netloc:
            raise SourceError(Message("{host} leads on to another host", host=urlsplit(self.base).hostname))
        address = url or (f"{self.base}{path}" if path.startswith("/") else self.base)
        question = Question(method, address, path, params if url is None else {})
        tried = 0
        while True:
            tried += 1
            wait = self._bucket.seconds_to_wait()
            if wait > 0:
                self.sleep(wait)
            before = self.skew
            outcome = self._try(question)
            if isinstance(outcome, Reply):
                return outcome
            if outcome.of_one is not None:
                raise RefusedOneError(outcome.said, is_unknown=outcome.of_one == "nothing")
            if self.skew != before and outcome.is_refusal:
                # Signed with a clock that the platform does not share: signed anew, it may be well.
                continue
            if outcome.is_expired and self._renew_token():
                continue
            if not outcome.is_passing or tried >= self.tries:
                raise SourceError(outcome.said)
            self.sleep(outcome.wait_seconds or _FIRST_WAIT_SECONDS * 2 ** (tried - 1))

    def _try(self, question: Question) -> Reply | _Failure:
        request = SCHEMES[self.platform.sign](question, self.secrets, self.instant())
        try:
            response = send(request)
        except (requests.RequestException, TimeoutError) as error:
            said = Message(
                "{host} cannot be reached ({reason})",
                host=urlsplit(self.base).hostname,
                reason=type(error).__name__,
            )
            return _Failure(said, is_passing=True)
        self._learn_clock(response.headers.get("Date"))
        return self._judge(response)

    def _judge(self, response: Response) -> Reply | _Failure:
        wait = retry_after_seconds(response.headers.get("Retry-After"), self.instant())
        status = response.status
        if status == HTTPStatus.TOO_MANY_REQUESTS or status in _PASSING:
            patience = min(wait, _LONGEST_PATIENCE_SECONDS) if wait is not None else None
            return _Failure(self._refused(status, response.text), is_passing=True, wait_seconds=patience)
        if status in _REFUSED:
            said = Message(
                "{host} refuses the key or token: {said}",
                host=urlsplit(self.base).hostname,
                said=self._refused(status, response.text),
            )
            return _Failure(said, is_expired=status == HTTPStatus.UNAUTHORIZED, is_refusal=True)
        if status != HTTPStatus.OK:
            return _Failure(self._refused(status, response.text), is_refusal=True)
        try:
            said = parsed(response.text)
        except BrokenAnswerError:
            cut = Message("{host} gave half an answer", host=urlsplit(self.base).hostname)
            return _Failure(cut, is_passing=True)
        return self._failure_in(said, response.text) or Reply(response.text, said, response.next_url)

    def _failure_in(self, said: Any, text: str) -> _Failure | None:
        """Find in an answer with status 200 what the platform says went wrong."""
        form = self.platform.answer
        code = at(said, form.at) if form.at else None
        is_failed = form.failed_at is not None and at(said, form.failed_at) is not None
        if form.at and form.well:
            is_failed = is_failed or str(code).lower() not in form.well
        if not is_failed:
            return None
        reason = next((str(found) for place in form.message if (found := at(said, place))), text)
        told = Message(
            "{host} says: {said}",
            host=urlsplit(self.base).hostname,
            said=f"{'' if code is None else code} {self._excerpt(reason)}".strip(),
        )
        return _Failure(
            told,
            is_passing=str(code) in form.again,
            is_expired=str(code) in form.expired,
            is_refusal=True,
            of_one="nothing"
            if str(code) in form.nothing
            else "refused"
            if str(code) in form.of_one
            else None,
        )

    def _renew_token(self) -> bool:
        """Get a new token, once a pull; false where the platform has no such way."""
        token = self.platform.token
        if token is None or self._has_new_token:
            return False
        self._has_new_token = True
        given = {name: value.format_map(self.secrets) for name, value in token.send.items()}
        request = SCHEMES["none"](
            Question("POST", f"{self.base}{token.path}", token.path, given), {}, self.now
        )
        try:
            response = send(request)
            found = at(parsed(response.text), token.at)
        except (requests.RequestException, TimeoutError, BrokenAnswerError):
            return False
        if not isinstance(found, str) or not found:
            return False
        self.secrets[token.name] = found
        return True

    def _learn_clock(self, date: str | None) -> None:
        """Measure how far the platform's clock is from this machine's."""
        if not date:
            return
        try:
            theirs = parsedate_to_datetime(date).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return
        skew = theirs - (self.instant() - self.skew)
        if abs(skew - self.skew) > _SKEW_THAT_MATTERS:
            self.skew = skew

    def _refused(self, status: int, text: str) -> Message:
        return Message(
            "{host} answers {status}: {said}",
            host=urlsplit(self.base).hostname,
            status=status,
            said=self._excerpt(text),
        )

    def _excerpt(self, text: str) -> str:
        return one_line(hidden(text, self.secrets.values(), self.base), _LONGEST_EXCERPT)


@dataclass(frozen=True)
class _Failure:
    said: Message
    is_passing: bool = False
    is_expired: bool = False
    is_refusal: bool = False
    wait_seconds: float | None = None
    of_one: Literal["nothing", "refused"] | None = None
