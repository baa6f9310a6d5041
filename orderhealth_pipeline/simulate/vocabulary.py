"""The words a simulated shop is written in, read from the data files in `vocabulary/`.

What belongs here: the declared form of those files, and turning a column of indices into a column of words.
What does not: deciding which index an order gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orderhealth_pipeline.yaml_files import FrozenModel, read_model

FOLDER = Path(__file__).parent / "vocabulary"


class PeopleWords(FrozenModel):
    """people.yml: names, and what phone numbers begin with."""

    surnames: tuple[str, ...]
    given_names: tuple[str, ...]
    mobile_prefixes: tuple[str, ...]
    privacy_prefixes: tuple[str, ...]
    area_codes: tuple[str, ...]
    impossible_prefixes: tuple[str, ...]
    vip_levels: tuple[str, ...]


class StreetWords(FrozenModel):
    """streets.yml: what an address is made of below the district."""

    roads: tuple[str, ...]
    communities: tuple[str, ...]
    landmarks: tuple[str, ...]
    pickup_points: tuple[str, ...]
    dormitories: tuple[str, ...]
    masked: tuple[str, ...]


class Category(FrozenModel):
    """A kind of goods; `price` is the range of base prices in fen."""

    code: str
    name: str
    price: tuple[int, int]


class GoodsWords(FrozenModel):
    """goods.yml: what is sold, and how many of it at once."""

    categories: tuple[Category, ...]
    quantities: dict[int, float]


class Carrier(FrozenModel):
    """A carrier; one that tells no order id is matched by its waybill number alone."""

    name: str
    code: str
    share: float
    tells_order_id: bool


class OperationsWords(FrozenModel):
    """operations.yml: shops, warehouses, carriers and their words, with shares where there are several."""

    shops: dict[str, float]
    warehouses: dict[str, float]
    carriers: tuple[Carrier, ...]
    hubs: tuple[str, ...]
    payment_methods: dict[str, float]
    scans: dict[str, str]
    return_reasons: tuple[str, ...]


class TextWords(FrozenModel):
    """texts.yml: what buyers write, tickets by their kind."""

    remarks: tuple[str, ...]
    tickets: dict[str, tuple[str, ...]]


@cache
def people() -> PeopleWords:
    """The words of people.yml."""
    return read_model(FOLDER / "people.yml", PeopleWords)


@cache
def streets() -> StreetWords:
    """The words of streets.yml."""
    return read_model(FOLDER / "streets.yml", StreetWords)


@cache
def goods() -> GoodsWords:
    """The words of goods.yml."""
    return read_model(FOLDER / "goods.yml", GoodsWords)


@cache
def operations() -> OperationsWords:
    """The words of operations.yml."""
    return read_model(FOLDER / "operations.yml", OperationsWords)


@cache
def texts() -> TextWords:
    """The words of texts.yml."""
    return read_model(FOLDER / "texts.yml", TextWords)


@cache
def places() -> pl.DataFrame:
    """Province, city and district of every place parcels go to: one row per district."""
    return pl.read_csv(FOLDER / "places.csv")


def ticket_kinds() -> list[str]:
    """The feedback kinds, in the order in which `Plan.ticket_kind` counts them."""
    return list(texts().tickets)


def pick(words: Iterable[str], indices: npt.NDArray[np.integer[Any]]) -> pl.Series:
    """The word of every index, wrapping round at the end of the list."""
    known = pl.Series(list(words), dtype=pl.String)
    return known.gather(pl.Series(indices % len(known)))


def choose(shares: Mapping[Any, float], rng: np.random.Generator, size: int) -> npt.NDArray[np.int64]:
    """Indices into the keys of `shares`, drawn in proportion to its values."""
    weights = np.asarray(list(shares.values()), dtype=float)
    return rng.choice(len(weights), size=size, p=weights / weights.sum())
