"""Sign-in with WeCom (企业微信).

Not OpenID Connect: the code that the browser brings is exchanged for a userid with the application's own
token (developer.work.weixin.qq.com/document/path/91023, /91039, /98151). The code is good once, for five
minutes; the host of the address that it comes back to has to be the application's trusted domain (50001).
Within WeCom's own browser the page is another than outside, where it shows a QR code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from orderhealth_pipeline.console.access.elsewhere.ask import ask
from orderhealth_pipeline.console.access.elsewhere.way import Journey, refused
from orderhealth_pipeline.console.access.sign_in import Somebody
from orderhealth_pipeline.settings.console import WecomSettings

TITLE: Final = "企业微信 WeCom"
_INSIDE: Final = "wxwork"


class Wecom:
    """The application of one company."""

    def __init__(self, settings: WecomSettings) -> None:
        self._settings = settings

    def page(self, journey: Journey, user_agent: str) -> str:
        """Return WeCom's page: the one within its app, or the one with a QR code."""
        settings = self._settings
        if _INSIDE in user_agent.lower():
            asked = {
                "appid": settings.corp_id,
                "redirect_uri": journey.redirect_uri,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": journey.state,
                "agentid": settings.agent_id,
            }
            return f"{settings.page_inside}?{urlencode(asked)}#wechat_redirect"
        asked = {
            "login_type": "CorpApp",
            "appid": settings.corp_id,
            "agentid": settings.agent_id,
            "redirect_uri": journey.redirect_uri,
            "state": journey.state,
        }
        return f"{settings.page}?{urlencode(asked)}"

    def somebody(self, journey: Journey, came_back: Mapping[str, str]) -> Somebody:  # noqa: ARG002
        """Return the member of the company who came back. Raises SignInError for anybody else."""
        settings, title = self._settings, self._settings.title or TITLE
        own = {"corpid": settings.corp_id, "corpsecret": settings.secret.get_secret_value()}
        token = _good(ask("GET", f"{settings.api}/cgi-bin/gettoken", title, query=own), title)
        asked = {"access_token": str(token.get("access_token")), "code": came_back.get("code", "")}
        member = _good(ask("GET", f"{settings.api}/cgi-bin/auth/getuserinfo", title, query=asked), title)
        userid = member.get("userid")
        if not isinstance(userid, str) or not userid:
            # WeCom gives an openid for people who are no members.
            raise refused(title, "not a member")
        return Somebody(f"{settings.name}:{userid}", userid, userid, settings.name)


def _good(answer: dict[str, object], title: str) -> dict[str, object]:
    # WeCom answers 200 with the failure in the body.
    if answer.get("errcode") != 0:
        raise refused(title, f"errcode {answer.get('errcode')}")
    return answer
