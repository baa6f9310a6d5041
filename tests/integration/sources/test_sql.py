"""Given a shop's real database, a pull lands what is new of it as text, and a run reads that."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orderhealth_pipeline.cli import calls
from orderhealth_pipeline.settings import Settings, read_settings
from orderhealth_pipeline.sources.check import check_source
from orderhealth_pipeline.sources.landing.state import read_state
from orderhealth_pipeline.sources.pull import pull_source
from orderhealth_pipeline.sources.pulled import PullResult
from tests.integration.sources.conftest import Database

NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
ORDERS = (
    "order_id varchar(40), placed_at {instant}, status varchar(20), amount numeric(12, 2), "
    "updated_at {instant}"
)
CONFIGURATION = """
locale: en
timezone: UTC
sources:
  shop:
    type: sql
    url: "${SHOP}"
    overlap: 15m
    tables:
      storefront_orders: {table: orders, watermark: updated_at}
"""


def create_orders(database: Database) -> None:
    database.execute(f"create table orders ({ORDERS.format(instant=database.instant)})")


def add_order(database: Database, order_id: str, minute: int, status: str = "paid") -> None:
    database.execute(
        f"insert into orders values ('{order_id}', '2026-11-10 03:00:00', '{status}', 80.10, "
        f"'2026-11-10 03:{minute:02}:00')"
    )


def settings_of(folder: Path, database: Database, text: str = CONFIGURATION) -> Settings:
    file = folder / "orderhealth.yml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file, {"SHOP": database.address})


def pull(settings: Settings, minutes: int = 0, since: datetime | None = None) -> PullResult:
    return pull_source(
        settings, "shop", now=NOW + timedelta(minutes=minutes), since=since, sleep=lambda _: None
    )


def landed(folder: Path) -> list[str]:
    """The lines of all landing files but their headers."""
    return [
        line
        for file in sorted((folder / "feeds").glob("*.csv"))
        for line in file.read_text(encoding="utf-8").splitlines()[1:]
    ]


def test_what_is_new_lands_once_and_a_run_reads_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_orders(database)
    add_order(database, "A1", 0)
    add_order(database, "A2", 30)
    settings = settings_of(tmp_path, database)
    assert pull(settings).rows == 2
    assert pull(settings, 1).files == ()
    add_order(database, "A3", 31)
    assert pull(settings, 2).rows == 1
    files = sorted((tmp_path / "feeds").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len(landed(tmp_path)) == 3

    monkeypatch.setenv("SHOP", database.address)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(calls, ["run", "--as-of", "2026-11-10T04:30:00Z", "--json"])
    assert done.exit_code == 0, done.output
    with duckdb.connect(str(tmp_path / "orderhealth.duckdb"), read_only=True) as con:
        orders = con.execute("select order_id, amount::varchar from order_fact order by 1").fetchall()
        assert [each[0] for each in orders] == ["A1", "A2", "A3"]
        assert con.execute("select count(*) from rejected_rows").fetchone() == (0,)


def test_a_database_that_is_gone_empties_nothing_and_is_new_trouble_once(
    database: Database, tmp_path: Path
) -> None:
    create_orders(database)
    add_order(database, "A1", 0)
    settings = settings_of(tmp_path, database)
    pull(settings)
    before = landed(tmp_path)
    database.execute("drop table orders")
    failed = [pull(settings, 1), pull(settings, 2)]
    assert [each.is_new_trouble for each in failed] == [True, False]
    assert failed[1].failing_since == NOW + timedelta(minutes=1)
    assert "orders" in str(failed[0].trouble)
    assert landed(tmp_path) == before
    create_orders(database)
    add_order(database, "A2", 40)
    recovered = pull(settings, 3)
    assert recovered.has_recovered
    assert recovered.rows == 1


def test_a_secret_is_in_no_trouble_and_in_no_file(database: Database, tmp_path: Path) -> None:
    address = database.address.replace("s3cret", "wr0ng")
    file = tmp_path / "orderhealth.yml"
    file.write_text(CONFIGURATION, encoding="utf-8")
    result = pull(read_settings(file, {"SHOP": address}))
    assert result.trouble is not None
    everything = str(result) + "".join(
        each.read_text(encoding="utf-8") for each in (tmp_path / "feeds").rglob("*") if each.is_file()
    )
    assert "wr0ng" not in everything


def test_since_reads_what_is_known_again(database: Database, tmp_path: Path) -> None:
    create_orders(database)
    add_order(database, "A1", 0)
    add_order(database, "A2", 30)
    settings = settings_of(tmp_path, database)
    pull(settings)
    again = pull(settings, 1, since=datetime(2026, 11, 10, 3, 10, tzinfo=UTC))
    assert again.rows == 1
    assert landed(tmp_path)[-1].startswith(("A2", '"A2"'))


def test_a_row_that_names_no_time_is_read_and_one_in_the_far_future_stops_nothing(
    database: Database, tmp_path: Path
) -> None:
    create_orders(database)
    settings = settings_of(tmp_path, database)
    database.execute(
        "insert into orders values ('F1', '2026-11-10 03:00:00', 'paid', 1, '2099-01-01 00:00:00')"
    )
    add_order(database, "A1", 0)
    pull(settings)
    database.execute("insert into orders values ('N1', '2026-11-10 03:00:00', 'paid', 1, null)")
    add_order(database, "A2", 1)
    assert pull(settings, 1).rows == 2
    assert pull(settings, 2).rows == 0


def test_a_table_without_rows_lands_as_a_feed_that_has_none(database: Database, tmp_path: Path) -> None:
    create_orders(database)
    settings = settings_of(tmp_path, database)
    assert [file.rows for file in pull(settings).files] == [0]
    assert pull(settings, 1).files == ()


def remarks(settings: Settings) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"well": [], "warning": [], "wrong": []}
    for remark in check_source(settings, "shop", NOW):
        found[remark.level].append(str(remark.said))
    return found


def test_check_warns_of_a_watermark_without_an_index(database: Database, tmp_path: Path) -> None:
    create_orders(database)
    for minute in range(5):
        add_order(database, f"A{minute}", minute)
    settings = settings_of(tmp_path, database)
    (warning,) = remarks(settings)["warning"]
    assert "updated_at" in warning
    assert "index" in warning
    database.execute("create index changed on orders (updated_at)")
    assert remarks(settings)["warning"] == []


def test_check_names_what_is_wrong(database: Database, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, database)
    assert "orders" in remarks(settings)["wrong"][0]
    database.execute(f"create table orders (order_id varchar(40), updated_at {database.instant})")
    assert "placed_at" in remarks(settings)["wrong"][0]
    assert not (tmp_path / "feeds").exists()


COMPARED = CONFIGURATION.replace(
    "watermark: updated_at}", "watermark: updated_at, compare: {by: placed_at, sum: amount, every: 1d}}"
)


def test_a_row_committed_later_than_the_overlap_is_found_within_a_day(
    database: Database, tmp_path: Path
) -> None:
    create_orders(database)
    add_order(database, "A1", 0)
    add_order(database, "A2", 50)
    settings = settings_of(tmp_path, database, COMPARED)
    assert pull(settings).rows == 2
    add_order(database, "LATE", 1)
    database.execute("update orders set amount = 99 where order_id = 'A1'")
    assert pull(settings, 60).rows == 0
    assert pull(settings, 24 * 60).rows >= 2
    everything = "\n".join(landed(tmp_path))
    assert "LATE" in everything
    assert "99.00" in everything
    assert pull(settings, 48 * 60).rows == 0


def test_days_with_fewer_rows_than_landed_are_named(database: Database, tmp_path: Path) -> None:
    create_orders(database)
    add_order(database, "A1", 0)
    add_order(database, "A2", 50)
    settings = settings_of(tmp_path, database, COMPARED)
    pull(settings)
    database.execute("delete from orders where order_id = 'A1'")
    pull(settings, 24 * 60)
    assert read_state(tmp_path / "feeds", "shop").of("storefront_orders").differing == ("2026-11-10",)
