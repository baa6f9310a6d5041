"""Sign-in with DingTalk (钉钉).

The browser comes back with `authCode`; that is exchanged for the person's token, and the token tells who
it is (open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information). Failures come with an
HTTP status and `code`, `message` in the body. `corpId` stands in the answer where the person chose a company,
for which the scope `corpid` is asked: anybody with DingTalk can sign in otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from orderhealth_pipeline.console.access.elsewhere.ask import ask
from orderhealth_pipeline.console.access.elsewhere.way import Journey, refused
from orderhealth_pipeline.console.access.sign_in import Somebody
from orderhealth_pipeline.settings.console import DingtalkSettings

TITLE: Final = "钉钉 DingTalk"


class Dingtalk:
    """The application of one company."""

    def __init__(self, settings: DingtalkSettings) -> None:
        self._settings = settings

    def page(self, journey: Journey, user_agent: str) -> str:  # noqa: ARG002
        """Return DingTalk's page."""
        asked = {
            "redirect_uri": journey.redirect_uri,
            "response_type": "code",
            "client_id": self._settings.client_id,
            "scope": "openid corpid",
            "state": journey.state,
            "prompt": "consent",
            "corpId": self._settings.corp_id,
            "exclusiveLogin": "true",
            "exclusiveCorpId": self._settings.corp_id,
        }
        return f"{self._settings.page}?{urlencode(asked)}"

    def somebody(self, journey: Journey, came_back: Mapping[str, str]) -> Somebody:  # noqa: ARG002
        """Return the member of the company who came back. Raises SignInError for anybody else."""
        settings, title = self._settings, self._settings.title or TITLE
        asked = {
            "clientId": settings.client_id,
            "clientSecret": settings.client_secret.get_secret_value(),
            "code": came_back.get("authCode") or came_back.get("code", ""),
            "grantType": "authorization_code",
        }
        token = ask("POST", f"{settings.api}/v1.0/oauth2/userAccessToken", title, content=asked)
        access_token = token.get("accessToken")
        if not isinstance(access_token, str):
            raise refused(title, str(token.get("code", "?"))[:60])
        if token.get("corpId") != settings.corp_id:
            raise refused(title, "not a member")
        headers = {"x-acs-dingtalk-access-token": access_token}
        person = ask("GET", f"{settings.api}/v1.0/contact/users/me", title, headers=headers)
        union_id = person.get("unionId")
        if not isinstance(union_id, str) or not union_id:
            raise refused(title, str(person.get("code", "?"))[:60])
        nick = str(person.get("nick") or "")
        return Somebody(f"{settings.name}:{union_id}", nick or union_id, nick, settings.name)
