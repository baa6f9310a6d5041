"""A simulation as files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.simulate import Simulation, simulate, write_simulation


@pytest.fixture(scope="module")
def shop() -> Simulation:
    return simulate("promo_eve", 400, seed=2)


@pytest.fixture(scope="module")
def folder(shop: Simulation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulation") / "feeds"
    write_simulation(shop, out)
    return out


def test_there_is_a_file_per_feed_and_one_for_the_truth(shop: Simulation, folder: Path) -> None:
    names = {f"{feed}.csv" for feed in shop.feeds} | {"truth.csv", "simulation.json"}
    assert {file.name for file in folder.iterdir()} == names


def test_files_are_utf8_without_bom_with_line_feeds_and_instants_with_offset(folder: Path) -> None:
    raw = (folder / "payments.csv").read_bytes()
    header, first = raw.decode("utf-8").split("\n")[:2]
    assert header == "payment_id,order_id,paid_at,amount,method,status,updated_at"
    assert first.endswith("+08:00")
    assert b"\r" not in raw


def test_reading_the_files_gives_the_frames_back(shop: Simulation, folder: Path) -> None:
    for feed, frame in shop.feeds.items():
        text = pl.read_csv(folder / f"{feed}.csv", infer_schema=False)
        read = text.select(
            pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", time_unit="us")
            if dtype == pl.Datetime
            else pl.col(name).str.to_date()
            if dtype == pl.Date
            else (pl.col(name) == "true")
            if dtype == pl.Boolean
            else pl.col(name).fill_null("").cast(pl.String)
            if dtype == pl.String
            else pl.col(name).cast(dtype)
            for name, dtype in frame.schema.items()
        )
        expected = frame.with_columns(pl.col(pl.String).fill_null(""))
        assert read.equals(expected), feed


def test_money_is_written_with_two_decimals_and_quantities_without(folder: Path) -> None:
    lines = pl.read_csv(folder / "storefront_order_lines.csv", infer_schema=False)
    assert lines["unit_price"].str.contains(r"^\d+\.\d\d$").all()
    assert lines["quantity"].str.contains(r"^\d+$").all()


def test_remarks_keep_their_commas_quotes_and_line_breaks(folder: Path) -> None:
    remarks = (
        pl.read_csv(folder / "storefront_orders.csv", infer_schema=False)["remark"].drop_nulls().str.join("")
    )
    assert all(character in remarks.item() for character in ',"\n，')


def test_the_facts_of_the_simulation_stand_beside_it(folder: Path) -> None:
    facts = json.loads((folder / "simulation.json").read_text(encoding="utf-8"))
    assert (facts["scenario"], facts["seed"], facts["orders"]) == ("promo_eve", 2, 400)
    assert facts["as_of"] == "2026-11-10T20:00:00+08:00"


def test_the_truth_names_no_order_for_the_system(folder: Path) -> None:
    lines = (folder / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "order_id,rule_id,verdict,cause"
    assert ",pickup_gap,anomaly,carriers_fall_behind" in lines


def test_writing_twice_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_simulation(simulate("promo_eve", 400, seed=2), tmp_path)
    assert all((tmp_path / file.name).read_bytes() == file.read_bytes() for file in folder.iterdir())


def test_a_folder_that_cannot_be_written_is_said(shop: Simulation, tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    with pytest.raises(UnusableInputError, match="cannot write the simulation"):
        write_simulation(shop, occupied)
