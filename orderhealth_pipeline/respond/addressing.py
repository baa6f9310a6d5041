"""Which channels a message concerns.

What belongs here: the filter by severity and stage. What does not: where a breach went (outbox.py knows).
"""

from __future__ import annotations

from orderhealth_pipeline.report.message import SEVERITIES, AlertCause, AlertFinding, AlertMessage
from orderhealth_pipeline.respond.channel_settings import ChannelSettings


def concerns(message: AlertMessage, channel: ChannelSettings) -> bool:
    """Say whether one cause or TOP5 finding is severe enough for the channel and of one of its stages.

    A channel without a filter gets every message, also one that names no cause.
    """
    if channel.min_severity == SEVERITIES[0] and not channel.stages:
        return True
    findings: list[AlertCause | AlertFinding] = list(message.causes)
    findings += [finding for order in message.orders for finding in order.rules]
    least = SEVERITIES.index(channel.min_severity)
    return any(
        SEVERITIES.index(finding.severity) >= least
        and (not channel.stages or finding.stage in channel.stages)
        for finding in findings
    )
