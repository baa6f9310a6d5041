"""The cases that are to be done, as the report tells them: how many each role has, and what is overdue.

What belongs here: the frozen model. What does not: reading it (read/cases.py), and words.
"""

from __future__ import annotations

from datetime import datetime

from orderhealth_pipeline.yaml_files import FrozenModel


class OwnersCases(FrozenModel):
    """The cases of one role that are not over; `new` opened since the run before (null in a first run).

    `owner` is what the role `role` is called.
    """

    owner: str
    role: str = ""
    cases: int
    new: int | None
    overdue: int
    orders: int
    oldest_since: datetime
