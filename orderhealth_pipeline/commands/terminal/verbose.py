"""How much a call tells of its work: warnings always, stages and files only for those who ask.

What belongs here: the option. What does not: what is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

LOGGER: Final = "orderhealth_pipeline"

_Call = TypeVar("_Call", bound=Callable[..., Any])


def verbose_option(call: _Call) -> _Call:
    """Give a call `-v`: one line a stage with its seconds, and one a file that was read."""
    option = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_tell,
        help="Tell every stage with its seconds, and every file that was read.",
    )
    return option(call)


def _tell(context: click.Context, parameter: click.Parameter, is_verbose: bool) -> None:  # noqa: ARG001, FBT001
    """Set what is told; a call without the option leaves it as it was set before the call's name."""
    if is_verbose or context.parent is None:
        logging.getLogger(LOGGER).setLevel(logging.INFO if is_verbose else logging.WARNING)
