"""Given a run or a rebuild that is killed at any moment, again and again, the store is as before or as after.

And when the call is let to its end, everything is as if nobody had ever killed it.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.integration.crash.conftest import (
    PUBLISHED,
    SECRET,
    STORE,
    Shop,
    Spoil,
    Step,
    both,
    cut_off,
    files_of_the_store,
    over,
    undisturbed,
    write_newer,
)
from tests.integration.crash.remains import contents, differences, public
from tests.integration.crash.victim import KILLED, Moment, Program

# Thirty processes start, work for a second or two, and die; then six are let to their end.
pytestmark = pytest.mark.slow

PLACES: Final = (
    ("",),
    ("ingest took", "read took", "orders took"),
    ("rules_and_score took", "write took"),
    ("validate took",),
    ("publish took",),
)
"""The five kills of a chain: each falls after one of these lines of the log. The first opens or makes the
store; a commit and the publishing follow the validation; closing the store, and in a rebuild the exchange,
come last."""


def killed_five_times(program: Program, step: Step, folder: Path, seed: int) -> Iterator[Moment]:
    """Kill the step's call five times; give each moment, to look at what is left."""
    chance = random.Random(seed)
    for places in PLACES:
        after = chance.choice(places)
        moment = Moment(after, chance.random() * step.ending.seconds_after(after))
        while program.call(*step.call, at=folder, kill=moment).code != KILLED:
            moment = Moment(after, moment.seconds / 2)
        yield moment


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("which", ["first", "second"])
def test_a_run_that_is_killed_changes_all_or_nothing_and_the_next_one_goes_on(
    program: Program, shop: Shop, tmp_path: Path, which: str, seed: int
) -> None:
    step: Step = getattr(shop, which)
    folder = shutil.copytree(step.folder, tmp_path / "shop")
    before = both(folder)
    for moment in killed_five_times(program, step, folder, seed):
        for found, old, new in zip(both(folder), before, step.after, strict=True):
            assert not differences(found, old, new), moment
    ending = program.call(*step.call, at=folder)
    assert ending.code == 0, ending.log
    for found, new in zip(both(folder), step.after, strict=True):
        assert not differences(found, new)
    assert set(files_of_the_store(folder)) - {f"{PUBLISHED}.spare"} == {STORE, PUBLISHED, SECRET}


@pytest.mark.parametrize(("spoil", "seed"), [(write_newer, 3), (cut_off, 4)])
def test_a_rebuild_that_is_killed_exchanges_the_store_or_leaves_it(
    program: Program, shop: Shop, tmp_path: Path, spoil: Spoil, seed: int
) -> None:
    folder = shutil.copytree(shop.end, tmp_path / "killed")
    spoil(folder / STORE)
    old = (folder / STORE).read_bytes()
    control = shutil.copytree(folder, tmp_path / "control")
    step = undisturbed(program, control, "rebuild", *over(shop.second.call[3], shop.third_as_of))
    for moment in killed_five_times(program, step, folder, seed):
        if (folder / STORE).read_bytes() != old:
            assert not differences(public(contents(folder / STORE)), public(step.after[0])), moment
        found = contents(folder / PUBLISHED)
        assert not differences(found, shop.second.after[1], step.after[1]), moment
    ending = program.call(*step.call, at=folder)
    assert ending.code == 0, ending.log
    assert not differences(public(contents(folder / STORE)), public(step.after[0]))
    assert not differences(contents(folder / PUBLISHED), step.after[1])
    assert (folder / "shop.before-rebuild-1.duckdb").read_bytes() == old
    assert [name for name in files_of_the_store(folder) if name.endswith((".new", ".wal", ".tmp"))] == []
