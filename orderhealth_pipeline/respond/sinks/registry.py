"""From configured sinks to sinks that send.

What belongs here: which class serves which type. What does not: configuration and sending.
"""

from __future__ import annotations

from orderhealth_pipeline.respond.actions.settings import SinkSettings
from orderhealth_pipeline.respond.sinks.file_sink import FileSink
from orderhealth_pipeline.respond.sinks.http_sink import HttpSink
from orderhealth_pipeline.respond.sinks.sink import Sink


def build_sink(name: str, settings: SinkSettings) -> Sink:
    """Build the sink of a type; what speaks with databases is imported where one is named."""
    match settings.type:
        case "http":
            return HttpSink(name, settings)
        case "file":
            return FileSink(name, settings)
        case "sql":
            from orderhealth_pipeline.respond.sinks.sql_sink import SqlSink

            return SqlSink(name, settings)
