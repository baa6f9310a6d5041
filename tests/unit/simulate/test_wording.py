"""Names, phones and addresses as text: distinct where they must be, and read by the pipeline as meant."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orderhealth_pipeline.orders.address.door import names_a_door
from orderhealth_pipeline.orders.address.key import address_key
from orderhealth_pipeline.orders.buyers.phone import phone_validity
from orderhealth_pipeline.simulate.people import MOST_ADDRESSES, address_columns, buyer_names, phone_numbers
from orderhealth_pipeline.simulate.plan import Phone, Street

PLAIN = 0
SAMPLE = 20_000


def streets(kind: Street, numbers: np.ndarray, style: int = PLAIN, *, masked: bool = False) -> pl.DataFrame:
    size = len(numbers)
    return address_columns(numbers, np.full(size, kind), np.full(size, style), np.full(size, masked))


@pytest.mark.parametrize("kind", list(Street))
def test_different_numbers_are_different_addresses(kind: Street) -> None:
    assert not streets(kind, np.arange(200_000)).is_duplicated().any()


def test_the_least_roomy_street_holds_as_many_addresses_as_promised() -> None:
    ends = np.concatenate([np.arange(200_000), np.arange(MOST_ADDRESSES - 200_000, MOST_ADDRESSES)])
    assert not streets(Street.NO_DOOR, ends).is_duplicated().any()


@pytest.mark.parametrize("kind", list(Street))
@pytest.mark.parametrize("style", [0, 1, 2, 3])
def test_the_pipeline_sees_a_door_where_there_is_one(kind: Street, style: int) -> None:
    seen = streets(kind, np.arange(SAMPLE), style).select(door=names_a_door(pl.col("street")))
    assert (seen["door"] == (kind != Street.NO_DOOR)).all()


@pytest.mark.parametrize("style", [1, 2, 3])
def test_every_style_is_the_same_address_to_the_pipeline(style: int) -> None:
    province, city, district, street = (pl.col(name) for name in ("province", "city", "district", "street"))
    key = address_key(province, city, district, street, pl.lit(value=False))
    numbers = np.arange(SAMPLE)
    plain, styled = streets(Street.DOOR, numbers), streets(Street.DOOR, numbers, style)
    assert (plain["street"] != styled["street"]).all()
    assert plain.select(key=key).equals(styled.select(key=key))


def test_a_masked_street_names_nothing() -> None:
    hidden = streets(Street.DOOR, np.arange(1000), masked=True)["street"]
    assert ((hidden == "") | hidden.str.contains("*", literal=True)).all()


@pytest.mark.parametrize(
    ("kind", "valid"),
    [
        (Phone.MOBILE, True),
        (Phone.COUNTRY_CODE, True),
        (Phone.LANDLINE, True),
        (Phone.PRIVACY, True),
        (Phone.MASKED, None),
        (Phone.TOO_SHORT, False),
        (Phone.TOO_LONG, False),
        (Phone.IMPOSSIBLE, False),
    ],
)
def test_the_pipeline_judges_every_kind_of_phone_as_meant(kind: Phone, valid: bool | None) -> None:
    phones = phone_numbers(np.arange(SAMPLE), np.full(SAMPLE, kind))
    assert set(phone_validity(phones)) == {valid}


def test_different_buyers_have_different_phones() -> None:
    phones = phone_numbers(np.arange(200_000), np.full(200_000, Phone.MOBILE))
    assert not phones.is_duplicated().any()


def test_a_masked_name_keeps_the_surname() -> None:
    shown, hidden = (buyer_names(np.arange(500), np.full(500, masked)) for masked in (False, True))
    assert hidden.str.ends_with("**").all()
    assert (shown.str.head(1) == hidden.str.head(1)).all()
