"""Sign-in with Feishu (飞书).

OAuth 2 with PKCE: the code is exchanged for the person's token
(open.feishu.cn/document/authentication-management/access-token/get-user-access-token), and the token tells
who it is (…/server-docs/authentication-management/login-state-management/get). `code` 0 is success in both; a
person of another company has another `tenant_key`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from orderhealth_pipeline.console.access.elsewhere.ask import ask
from orderhealth_pipeline.console.access.elsewhere.way import Journey, refused
from orderhealth_pipeline.console.access.sign_in import Somebody
from orderhealth_pipeline.settings.console import FeishuSettings

TITLE: Final = "飞书 Feishu"


class Feishu:
    """The application of one company."""

    def __init__(self, settings: FeishuSettings) -> None:
        self._settings = settings

    def page(self, journey: Journey, user_agent: str) -> str:  # noqa: ARG002
        """Return Feishu's page."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest())
        asked = {
            "client_id": self._settings.app_id,
            "redirect_uri": journey.redirect_uri,
            "response_type": "code",
            "state": journey.state,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._settings.page}?{urlencode(asked)}"

    def somebody(self, journey: Journey, came_back: Mapping[str, str]) -> Somebody:
        """Return the member of the company who came back. Raises SignInError for anybody else."""
        settings, title = self._settings, self._settings.title or TITLE
        asked = {
            "grant_type": "authorization_code",
            "client_id": settings.app_id,
            "client_secret": settings.app_secret.get_secret_value(),
            "code": came_back.get("code", ""),
            "redirect_uri": journey.redirect_uri,
            "code_verifier": journey.verifier,
        }
        token = _good(
            ask("POST", f"{settings.api}/open-apis/authen/v2/oauth/token", title, content=asked), title
        )
        headers = {"Authorization": f"Bearer {token.get('access_token')}"}
        answer = _good(
            ask("GET", f"{settings.api}/open-apis/authen/v1/user_info", title, headers=headers), title
        )
        person = answer.get("data")
        if not isinstance(person, dict) or person.get("tenant_key") != settings.tenant_key:
            raise refused(title, "not a member")
        number = str(person.get("union_id") or person.get("open_id") or "")
        if not number:
            raise refused(title, "union_id")
        name = str(person.get("name") or number)
        return Somebody(f"{settings.name}:{number}", str(person.get("en_name") or name), name, settings.name)


def _good(answer: dict[str, object], title: str) -> dict[str, object]:
    if answer.get("code") != 0:
        raise refused(title, f"code {answer.get('code')}")
    return answer
