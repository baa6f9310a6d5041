"""Where the SQL statements and expectation files lie: inside an installed wheel, or at the top of a checkout.

What belongs here: finding the folders that ship with the package. What does not: reading what is in them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def sql_folder() -> Path:
    """The folder of all SQL statements (`schema/`, `ingest/`, `tick/`, `adapters/<platform>/<feed>.sql`, …).

    Raises FileNotFoundError when the installation is incomplete.
    """
    return _shipped_folder("sql")


def expectations_folder() -> Path:
    """The folder of the expectation files that ship with the package (`<stage>/<rule_id>.yml`).

    Raises FileNotFoundError when the installation is incomplete.
    """
    return _shipped_folder("expectations")


def _shipped_folder(name: str) -> Path:
    in_wheel = _PACKAGE / "_resources" / name
    in_checkout = _PACKAGE.parent / name
    for folder in (in_wheel, in_checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"The folder {name}/ is neither at {in_wheel} nor at {in_checkout}: install the package again."
    )
