"""From configured channels to channels that send.

What belongs here: which class serves which type. What does not: configuration and sending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, get_args

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.channel_settings import ChannelSettings, ChannelType, EmailSettings
from orderhealth_pipeline.respond.channels.channel import Channel
from orderhealth_pipeline.respond.channels.dingtalk import DingTalkChannel
from orderhealth_pipeline.respond.channels.email import EmailChannel
from orderhealth_pipeline.respond.channels.feishu import FeishuChannel
from orderhealth_pipeline.respond.channels.file import FileChannel
from orderhealth_pipeline.respond.channels.slack import SlackChannel
from orderhealth_pipeline.respond.channels.webhook import WebhookChannel
from orderhealth_pipeline.respond.channels.wecom import WeComChannel
from orderhealth_pipeline.respond.messages.mentions import NOBODY_IS_NAMED, Mentions
from orderhealth_pipeline.rules.owners import ChannelKind

CHANNEL_OF_TYPE: Final[Mapping[ChannelType, Callable[..., Channel]]] = {
    "slack": SlackChannel,
    "dingtalk": DingTalkChannel,
    "wecom": WeComChannel,
    "feishu": FeishuChannel,
    "webhook": WebhookChannel,
    "email": EmailChannel,
    "file": FileChannel,
}
NAMING_TYPES: Final[frozenset[str]] = frozenset(get_args(ChannelKind))
"""The platforms on which a message can name somebody."""


def build_channels(
    settings: Iterable[ChannelSettings],
    attachments: Path | None = None,
    mentions: Mentions = NOBODY_IS_NAMED,
) -> tuple[Channel, ...]:
    """Build one channel per entry, in their order; mails attach files of the folder `attachments`.

    Raises ConfigurationError when two have the same name.
    """
    entries = tuple(settings)
    twice = [name for name, count in Counter(entry.name for entry in entries).items() if count > 1]
    if twice:
        raise ConfigurationError(
            Message("channels: the name '{twice}' is used twice; give every channel its own", twice=twice[0])
        )
    return tuple(_built(entry, attachments, mentions) for entry in entries)


def _built(entry: ChannelSettings, attachments: Path | None, mentions: Mentions) -> Channel:
    if isinstance(entry, EmailSettings):
        return EmailChannel(entry, attachments)
    named = {"mentions": mentions} if entry.type in NAMING_TYPES else {}
    return CHANNEL_OF_TYPE[entry.type](entry, **named)
