"""`orderhealth.yml`: a module for each part, and the whole file, which most of the program asks for."""

from __future__ import annotations

from orderhealth_pipeline.settings.configuration import (
    CONFIGURATION_FILE,
    EVERYDAY,
    RetentionSettings,
    ScoreSettings,
    Settings,
    read_settings,
)

__all__ = [
    "CONFIGURATION_FILE",
    "EVERYDAY",
    "RetentionSettings",
    "ScoreSettings",
    "Settings",
    "read_settings",
]
