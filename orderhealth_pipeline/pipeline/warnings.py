"""What of a configuration works as it is written, and should not be left so.

What belongs here: warnings with the place they are about. What does not: mistakes, which end a call
(settings/), and telling the warnings.
"""

from __future__ import annotations

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message, as_message
from orderhealth_pipeline.settings import Settings


def warnings_of(settings: Settings) -> list[Message]:
    """Name the channels whose messages, and the key in the address, can be read on the way."""
    return [
        as_message(
            settings.blamed(
                ("channels", number),
                ConfigurationError(
                    Message(
                        "the address of the channel '{name}' begins with http://, so its messages and its "
                        "key can be read on the way; use https:// where the receiver takes it",
                        name=channel.name,
                    )
                ),
            )
        )
        for number, channel in enumerate(settings.channels)
        if channel.is_readable_on_the_way
    ]
