"""A desk in PostgreSQL: who may do what there, what runs say when it cannot be reached, and no password."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.desk.reading import read_entries
from orderhealth_pipeline.errors import StoreError
from orderhealth_pipeline.settings import Settings, read_settings
from tests.integration.chain.chain import run_chain
from tests.integration.cli.conftest import AS_OF, Answer, call_program, files_below
from tests.integration.desk.test_log_of_both import snooze
from tests.postgresql_server import PASSWORD, PostgreSQL

pytestmark = pytest.mark.postgres

ORDERS = """order_id,shop,buyer_id,placed_at,status,amount,province,street,phone
A1,T,U1,2026-11-10T10:00:00+08:00,paid,99.00,浙江省,文三路,13812345678
"""
WORD = ("--who", "Wang", "--why", "stocktaking", "--at", "2026-11-10T11:00:00+08:00")


@pytest.fixture
def address(postgresql: PostgreSQL, database: str) -> str:
    return postgresql.address(database)


@pytest.fixture
def shop(tmp_path: Path, address: str) -> Path:
    """A shop's folder whose configuration names the desk."""
    configure(tmp_path, address)
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def stopped(postgresql: PostgreSQL, shop: Path) -> Iterator[None]:
    """The server stands still for as long as the test lasts, and the shop is there."""
    assert shop.is_dir()
    postgresql.stop()
    yield
    postgresql.start()


def configure(folder: Path, address: str) -> None:
    (folder / "orderhealth.yml").write_text(f"desk: {address}\nlocale: en\n", encoding="utf-8")


def run(shop: Path) -> Answer:
    return call_program("run", "--feeds", "feeds", "--as-of", AS_OF, "--json", cwd=shop)


@pytest.mark.parametrize("change", ["update said set who = 'x'", "delete from said", "truncate said"])
def test_an_entry_is_never_changed_or_deleted(
    postgresql: PostgreSQL, database: str, address: str, change: str
) -> None:
    Desk(address).say(snooze())
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        postgresql.execute(database, change)


def test_who_may_only_add_and_read_can_speak_and_who_may_only_read_can_read(
    postgresql: PostgreSQL, database: str, address: str
) -> None:
    Desk(address)
    postgresql.execute(
        database,
        "create role reader login password 'reading'",
        "create role speaker login password 'speaking'",
        "grant select on said to reader, speaker",
        "grant insert on said to speaker",
        "grant usage on sequence said_entry_seq to speaker",
    )
    try:
        speaker = Desk(postgresql.address(database, user="speaker", password="speaking"))
        (said,) = speaker.say(snooze())
        reader = postgresql.address(database, user="reader", password="reading")
        assert read_entries(reader) == [said]
        with pytest.raises(StoreError, match="permission denied"):
            Desk(reader).say(snooze())
    finally:
        postgresql.execute(database, "drop owned by reader, speaker", "drop role reader, speaker")


@pytest.mark.parametrize("beginning", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_usual_beginning_of_an_address_is_understood(address: str, beginning: str) -> None:
    assert read_entries(address.replace("postgresql", beginning, 1)) == []


def test_a_run_counts_what_was_said_in_the_database(shop: Path, address: str) -> None:
    settings = Settings.model_validate({"desk": address})

    def explained() -> int:
        as_of = datetime.fromisoformat(AS_OF).astimezone(UTC)
        found = run_chain(shop / "feeds", shop / "s.duckdb", as_of, settings)
        return int(found["findings"]["explained"])

    assert explained() == 0
    said = call_program("allow", "incomplete_address", "--order", "A1", *WORD, cwd=shop)
    assert said.code == 0, said.err
    assert explained() == 1
    assert json.loads(call_program("desk", "log", "--json", cwd=shop).out)[0]["value"] == "A1"
    assert call_program("desk", "undo", "1", *WORD, cwd=shop).code == 0
    assert explained() == 0


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize(
    "call",
    [
        ("run", "--feeds", "feeds", "--as-of", AS_OF),
        ("run", "--feeds", "feeds", "--as-of", AS_OF, "-v"),
        ("allow", "all", "--order", "A1", *WORD),
        ("desk", "log"),
        ("desk", "undo", "1", *WORD),
        ("rules", "list"),
    ],
)
def test_nobody_pretends_that_nothing_was_said_when_the_server_does_not_answer(
    shop: Path, call: tuple[str, ...]
) -> None:
    before = files_below(shop)
    answer = call_program(*call, cwd=shop)
    assert answer.code == 4, answer.err
    assert "Start the server" in answer.err
    assert "Connection refused" in answer.err
    assert "Traceback" not in answer.err
    assert "s3cret" not in answer.err + answer.out
    assert files_below(shop) == before


@pytest.mark.usefixtures("stopped")
def test_a_store_stays_as_it_was_when_the_desk_cannot_be_reached(shop: Path, postgresql: PostgreSQL) -> None:
    postgresql.start()
    assert run(shop).code == 0
    postgresql.stop()
    before = (shop / "orderhealth.duckdb").read_bytes()
    (shop / "feeds" / "storefront_orders_2.csv").write_text(ORDERS.replace("A1", "A2"), encoding="utf-8")
    assert run(shop).code == 4
    assert (shop / "orderhealth.duckdb").read_bytes() == before


def test_a_wrong_password_is_refused_and_not_shown(shop: Path, postgresql: PostgreSQL, database: str) -> None:
    configure(shop, postgresql.address(database, password="hunter2"))
    answer = run(shop)
    assert (answer.code, "hunter2" in answer.err) == (4, False)
    assert "password authentication failed" in answer.err
    assert f"postgresql://shop@127.0.0.1:{postgresql.port}/{database}" in answer.err


def test_a_database_that_does_not_exist_is_named(shop: Path, postgresql: PostgreSQL) -> None:
    configure(shop, postgresql.address("nowhere"))
    answer = run(shop)
    assert (answer.code, 'database "nowhere" does not exist' in answer.err) == (4, True)


def test_a_password_from_the_environment_need_not_stand_in_the_configuration(
    shop: Path, postgresql: PostgreSQL, database: str
) -> None:
    configure(shop, f"postgresql://shop@127.0.0.1:{postgresql.port}/{database}")
    answer = call_program("desk", "log", cwd=shop, environment={"PGPASSWORD": PASSWORD})
    assert answer.code == 0, answer.err


def test_a_writer_waits_for_another_and_gives_up_in_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderhealth_pipeline.desk.database._SECONDS_TO_WAIT", 1)
    desk = Desk(address)
    with psycopg.connect(address) as con:
        con.execute("select pg_advisory_xact_lock(7241935)")
        with pytest.raises(StoreError, match="lock timeout"):
            desk.say(snooze())
        assert desk.entries() == []
    assert len(desk.say(snooze())) == 1


def test_no_representation_shows_the_password(shop: Path, address: str) -> None:
    settings = read_settings(shop / "orderhealth.yml", {})
    assert settings.desk_address == address
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(Desk(address))):
        assert "s3cret" not in shown
