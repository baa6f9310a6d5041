"""Sign-in with OpenID Connect, by Authlib: code flow with PKCE, state and nonce; the ID token is verified.

What belongs here: one provider. What does not: platforms that are none (wecom.py, dingtalk.py, feishu.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.sync_app import OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError

from orderhealth_pipeline.console.access.elsewhere.way import Journey, refused
from orderhealth_pipeline.console.access.sign_in import Somebody
from orderhealth_pipeline.settings.console import OidcSettings

_DESCRIPTION: Final = "/.well-known/openid-configuration"
_SECONDS: Final = 10
_NO_NAME: Final = re.compile(r"[^\w.@-]+")


class _Client(OAuth2Mixin, OpenIDMixin):  # type: ignore[misc]
    """What Authlib's own shells for web frameworks are made of, without a framework."""

    client_cls = OAuth2Session


class Oidc:
    """One provider; its description is read when the first person signs in."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._title = settings.title or "OpenID Connect"
        self._client = _Client(
            framework=None,
            name=settings.name,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            server_metadata_url=settings.issuer.rstrip("/") + _DESCRIPTION,
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": _SECONDS,
            },
        )

    def page(self, journey: Journey, user_agent: str) -> str:  # noqa: ARG002
        """Return the provider's page. Raises SignInError where its description cannot be read."""
        try:
            found: dict[str, Any] = self._client.create_authorization_url(
                journey.redirect_uri,
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
        except (requests.RequestException, AuthlibBaseError, RuntimeError, ValueError) as error:
            raise refused(self._title, type(error).__name__) from None
        return str(found["url"])

    def somebody(self, journey: Journey, came_back: Mapping[str, str]) -> Somebody:
        """Return who came back, by a verified ID token. Raises SignInError."""
        if "error" in came_back:
            raise refused(self._title, _NO_NAME.sub(" ", came_back["error"])[:60])
        try:
            token = self._client.fetch_access_token(
                redirect_uri=journey.redirect_uri,
                code=came_back.get("code", ""),
                state=journey.state,
                code_verifier=journey.verifier,
            )
            claims = self._client.parse_id_token(token, nonce=journey.nonce)
        except (
            requests.RequestException,
            AuthlibBaseError,
            JoseError,
            RuntimeError,
            ValueError,
            KeyError,
        ) as error:
            raise refused(self._title, type(error).__name__) from None
        if claims is None:
            raise refused(self._title, "id_token")
        return _somebody(self._settings.name, claims)


def _somebody(way: str, claims: Mapping[str, Any]) -> Somebody:
    subject = str(claims["sub"])
    wanted = next(
        (str(claims[key]) for key in ("preferred_username", "email", "nickname") if claims.get(key)), subject
    )
    return Somebody(f"{way}:{subject}", wanted, str(claims.get("name") or wanted), way)
