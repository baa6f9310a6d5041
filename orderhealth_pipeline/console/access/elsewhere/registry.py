"""Which class speaks with which kind of system: one line each.

What belongs here: the table. What does not: the systems.
"""

from __future__ import annotations

from orderhealth_pipeline.console.access.elsewhere import dingtalk, feishu, wecom
from orderhealth_pipeline.console.access.elsewhere.way import Way
from orderhealth_pipeline.settings.console import (
    AnySignIn,
    DingtalkSettings,
    FeishuSettings,
    OidcSettings,
    WecomSettings,
)


def way_of(settings: AnySignIn) -> Way:
    """Return what speaks with a system."""
    match settings:
        case OidcSettings():
            # Authlib takes a third of a second to import.
            from orderhealth_pipeline.console.access.elsewhere.oidc import Oidc

            return Oidc(settings)
        case WecomSettings():
            return wecom.Wecom(settings)
        case DingtalkSettings():
            return dingtalk.Dingtalk(settings)
        case FeishuSettings():
            return feishu.Feishu(settings)


def title_of(settings: AnySignIn) -> str:
    """Return what people call a system."""
    titles = {"wecom": wecom.TITLE, "dingtalk": dingtalk.TITLE, "feishu": feishu.TITLE}
    return settings.title or titles.get(settings.type, "OpenID Connect")
