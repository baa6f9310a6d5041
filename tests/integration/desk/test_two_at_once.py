"""Eight processes say things at once: nothing is lost, and of two who take one case the second is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.said import Said

AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
PEOPLE = 8
WORDS = 125


def _take_cases(desk: str, person: int) -> int:
    """Note something on a case of one's own, and try to take one that all want; count what was taken."""
    log, taken = Desk(desk), 0
    for number in range(WORDS):
        who = f"person-{person}"
        log.say(Said("case_noted", who, "", AT, "case", f"own-{person}", what=str(number)))
        try:
            log.say(
                Said("case_acknowledged", who, "", AT, "case", f"wanted-{number}"), check=_refuse_the_second
            )
            taken += 1
        except ConfigurationError:
            continue
    return taken


def _refuse_the_second(before: Sequence[Said]) -> None:
    if before:
        raise ConfigurationError(f"{before[0].who} has it since {before[0].at}")


@pytest.mark.slow  # 8 processes write 2,000 entries, each of which is on the disk before it counts
def test_a_thousand_interleavings_of_eight_processes_lose_nothing(desk_address: str) -> None:
    with ProcessPoolExecutor(PEOPLE, mp_context=get_context("spawn")) as people:
        taken = list(people.map(_take_cases, [desk_address] * PEOPLE, range(PEOPLE)))

    entries = Desk(desk_address).entries()
    notes = Counter(each.value for each in entries if each.kind == "case_noted")
    holders = Counter(each.value for each in entries if each.kind == "case_acknowledged")
    assert notes == {f"own-{person}": WORDS for person in range(PEOPLE)}
    assert holders == {f"wanted-{number}": 1 for number in range(WORDS)}
    assert sum(taken) == WORDS
    assert [each.entry for each in entries] == list(range(1, len(entries) + 1))
