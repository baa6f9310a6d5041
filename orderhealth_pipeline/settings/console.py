"""`console` of `orderhealth.yml`: under which address people open it, and how they sign in.

What belongs here: the shape of these settings. What does not: acting on them (console/).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.addresses import LinkBeginning
from orderhealth_pipeline.setting_values import Duration, SecretText, UsablePath
from orderhealth_pipeline.yaml_files import FrozenModel

NewcomerRole = Literal["viewer", "operator", "manager"]

_NAME: Final = r"[a-z0-9][a-z0-9-]{0,30}"


class SignInSettings(FrozenModel):
    """What all sign-ins of other systems have.

    `name` stands in addresses and in front of people's numbers there, so it is not to be changed later.
    `newcomers` is the role of people who sign in for the first time; without it somebody has to add them.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=f"^{_NAME}$")]
    title: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    newcomers: NewcomerRole | None = None


class OidcSettings(SignInSettings):
    """A sign-in that speaks OpenID Connect: `issuer` is where its description is found."""

    type: Literal["oidc"]
    name: Annotated[str, Field(pattern=f"^{_NAME}$")] = "oidc"
    issuer: LinkBeginning
    client_id: str = Field(min_length=1)
    client_secret: SecretText


class WecomSettings(SignInSettings):
    """Sign-in with WeCom: an application of one company."""

    type: Literal["wecom"]
    name: Annotated[str, Field(pattern=f"^{_NAME}$")] = "wecom"
    corp_id: str = Field(min_length=1)
    agent_id: str = Field(min_length=1, pattern=r"^\d+$")
    secret: SecretText
    api: LinkBeginning = "https://qyapi.weixin.qq.com"
    page: LinkBeginning = "https://login.work.weixin.qq.com/wwlogin/sso/login"
    page_inside: LinkBeginning = "https://open.weixin.qq.com/connect/oauth2/authorize"


class DingtalkSettings(SignInSettings):
    """Sign-in with DingTalk: an application, and the one company whose members are let in."""

    type: Literal["dingtalk"]
    name: Annotated[str, Field(pattern=f"^{_NAME}$")] = "dingtalk"
    client_id: str = Field(min_length=1)
    client_secret: SecretText
    corp_id: str = Field(min_length=1)
    api: LinkBeginning = "https://api.dingtalk.com"
    page: LinkBeginning = "https://login.dingtalk.com/oauth2/auth"


class FeishuSettings(SignInSettings):
    """Sign-in with Feishu: an application, and the one company (`tenant_key`) whose members are let in."""

    type: Literal["feishu"]
    name: Annotated[str, Field(pattern=f"^{_NAME}$")] = "feishu"
    app_id: str = Field(min_length=1)
    app_secret: SecretText
    tenant_key: str = Field(min_length=1)
    api: LinkBeginning = "https://open.feishu.cn"
    page: LinkBeginning = "https://accounts.feishu.cn/open-apis/authen/v1/authorize"


AnySignIn = Annotated[
    OidcSettings | WecomSettings | DingtalkSettings | FeishuSettings, Field(discriminator="type")
]


class ConsoleSettings(FrozenModel):
    """The console.

    `address` is what people open, and what links in messages begin with. `behind_proxy`: another program
    before it speaks TLS with people. `certificate` and `key`: it speaks TLS itself. `open_to_this_machine`:
    until there is an account, whoever opens it on this machine is its administrator. When an evaluation is
    older than `old_after`, pages say so by themselves. `dagster` is the address of Dagster's own pages, which
    are linked to. `rules_need_second_person`: what one person changes of the rules, another one approves.
    """

    address: LinkBeginning | None = None
    old_after: Duration = timedelta(hours=1)
    dagster: LinkBeginning | None = None
    behind_proxy: bool = False
    certificate: UsablePath | None = None
    key: UsablePath | None = None
    open_to_this_machine: bool = True
    rules_need_second_person: bool = False
    sign_in: tuple[AnySignIn, ...] = ()

    @field_validator("sign_in")
    @classmethod
    def _have_different_names(cls, sign_ins: tuple[Any, ...]) -> tuple[Any, ...]:
        names = [each.name for each in sign_ins]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    Message("two sign-ins are named '{name}'; give each its own name", name=name)
                )
        return sign_ins

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key: both are expected, or none")
        return self

    def anchored(self, home: Path) -> Self:
        """Make relative paths absolute, from the folder of the configuration."""
        return self.model_copy(
            update={
                "certificate": self.certificate and home / self.certificate,
                "key": self.key and home / self.key,
            }
        )
