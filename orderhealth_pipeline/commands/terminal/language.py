"""The language in which a call speaks to the person at the terminal.

What belongs here: finding it, also where the configuration is too wrong to be read. What does not: the texts
(messages.py), or the language of results, which is the setting `locale`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from orderhealth_pipeline.words import Locale

_SAID: Final = re.compile(rb"""^locale[ \t]*:[ \t]*["']?(zh|en)\b""", re.MULTILINE)
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_READ_AT_MOST: Final = 1 << 20


def language_of(configuration: Path | None, environment: Mapping[str, str]) -> Locale:
    """Return the language that the configuration says, else that of the environment, else English.

    The line `locale` is looked for by itself: a mistake elsewhere in the file is told in its language, too.
    """
    said = None
    if configuration is not None:
        with suppress(OSError, ValueError), configuration.open("rb") as file:
            said = _SAID.search(file.read(_READ_AT_MOST))
    return cast("Locale", said[1].decode()) if said else _of_environment(environment)


def _of_environment(environment: Mapping[str, str]) -> Locale:
    """Return the language of messages as POSIX looks for it: the first of three variables that is set."""
    named = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return "zh" if named.casefold().startswith("zh") else "en"
