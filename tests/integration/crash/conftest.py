"""What crash tests share: the program, a shop whose files come in two pieces, and calls nobody killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import pytest

from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from orderhealth_pipeline.store.publish.address_secret import make_secret
from tests.integration.chain.chain import deal_out
from tests.integration.crash.remains import Contents, contents
from tests.integration.crash.victim import Ending, Program, warm_program

STORE: Final = "shop.duckdb"
PUBLISHED: Final = "shop.published.duckdb"
SECRET: Final = f"{STORE}.secret"
_CONFIGURATION: Final = """\
store: shop.duckdb
report: {url: "https://reports.example.com"}
channels:
  - {type: file, url: alerts.jsonl}
"""


@dataclass(frozen=True)
class Step:
    """One call that nobody killed.

    The call, its folder as it was before, how it went, and the contents of store and published copy after it.
    """

    call: tuple[str, ...]
    folder: Path
    ending: Ending
    after: tuple[Contents, Contents]


@dataclass(frozen=True)
class Shop:
    """The first run of a shop, the second one over new files, and the instant of a third call."""

    first: Step
    second: Step
    end: Path
    third_as_of: datetime


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with warm_program(tmp_path_factory.mktemp("program")) as started:
        yield started


@pytest.fixture(scope="module")
def shop(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    place = tmp_path_factory.mktemp("control")
    simulation = simulate("promo_eve", 400, 5)
    write_simulation(simulation, place / "simulated")
    folder = place / "shop"
    folder.mkdir()
    (folder / "orderhealth.yml").write_text(_CONFIGURATION, encoding="utf-8")
    # Published addresses are hashed with it: two stores with secrets of their own could not be compared.
    make_secret(folder / STORE)
    steps: list[Step] = []
    for piece in deal_out(place / "simulated", place / "arriving", 2, seed=5):
        _spoil(place / "arriving", piece)
        feeds = shutil.copytree(place / "arriving", place / f"feeds_{len(steps)}")
        as_of = simulation.as_of - timedelta(hours=1 - len(steps))
        steps.append(undisturbed(program, folder, "run", "--json", *over(feeds, as_of)))
    first, second = steps
    return Shop(first, second, folder, simulation.as_of + timedelta(hours=1))


def over(feeds: Path | str, as_of: datetime) -> tuple[str, ...]:
    """The options of a call over these feeds at that instant."""
    return ("--feeds", str(feeds), "--as-of", as_of.isoformat())


def undisturbed(program: Program, folder: Path, *call: str) -> Step:
    """Call the program in a folder and let it end."""
    before = shutil.copytree(folder, folder.with_name(f"before_{call[0]}_{call[-1].replace(':', '')}"))
    ending = program.call(*call, at=folder)
    assert ending.code == 0, ending.log
    return Step(call, before, ending, both(folder))


def both(folder: Path) -> tuple[Contents, Contents]:
    """The contents of the store in the folder and of its published copy."""
    return contents(folder / STORE), contents(folder / PUBLISHED)


def files_of_the_store(folder: Path) -> list[str]:
    """The names of everything that lies beside the store, and of itself."""
    return sorted(file.name for file in folder.glob("*shop.*"))


def write_newer(store: Path) -> None:
    """Let the store be one that a newer version of the program wrote."""
    with duckdb.connect(store) as con:
        con.execute("update store_version set version = 99")


def cut_off(store: Path) -> None:
    """Let the store end in its middle."""
    store.write_bytes(store.read_bytes()[:100_000])


Spoil = Callable[[Path], None]


def _spoil(folder: Path, piece: int) -> None:
    """Let something be wrong with every piece: a row, and a file that is half written."""
    with (folder / f"payments_{piece}.csv").open("a", encoding="utf-8") as file:
        file.write(f"P-spoilt-{piece},,yesterday,much\n")
    (folder / f"returns_{piece}.parquet").write_bytes(b"PAR1 and then nothing")
