"""Given a buyer who asks to be forgotten, no file names the buyer afterwards, and the score stays."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from orderhealth_pipeline.cli import calls

BUYER = "U-77001"
WORDS = ("U-77001", "欧阳若兰", "13912345678", "科技园南路88号桂花苑7栋", "老板快点发货")
OTHER = "欧阳锋"
AS_OF = "2026-11-10T20:00:00+08:00"
CONFIGURATION = """
locale: en
score: {threshold: 99.9, recover: 99.95}
channels: [{type: file, path: told.jsonl}]
"""


def call(*arguments: str) -> Result:
    done = CliRunner().invoke(calls, list(arguments))
    assert done.exit_code == 0, done.output
    return done


def write_feeds(folder: Path) -> None:
    folder.mkdir()
    header = (
        "order_id,shop,buyer_id,placed_at,status,amount,receiver,phone,province,city,district,street,remark,"
        "updated_at"
    )
    place = "广东省,深圳市,南山区,科技园南路88号桂花苑7栋,老板快点发货,"
    own = f"{BUYER},2026-11-10 0{{n}}:00:00,paid,10,欧阳若兰,13912345678,{place}"
    rows = [f"A{n},旗舰店,{own.format(n=n)}2026-11-10 0{n}:05:00" for n in range(1, 4)]
    rows.append(
        f"B1,旗舰店,U-2,2026-11-10 01:00:00,paid,10,{OTHER},13800000000,广东省,深圳市,南山区,深南大道1号,,"
    )
    (folder / "storefront_orders.csv").write_text("\n".join([header, *rows]) + "\n", encoding="gb18030")
    (folder / "storefront_orders_2.csv.gz").write_bytes(
        gzip.compress(
            f"{header}\n{rows[0].replace('A1', 'A4')}\nA5,,{BUYER},never,paid,1,欧阳若兰,,,,,,,\n".encode()
        )
    )
    pl.DataFrame(
        {
            "order_id": ["A6"],
            "buyer_id": [BUYER],
            "placed_at": ["2026-11-10 09:00:00"],
            "status": ["paid"],
            "amount": ["5"],
            "receiver": ["欧阳若兰"],
            "phone": ["13912345678"],
        }
    ).write_parquet(folder / "storefront_orders_3.parquet")
    with xlsxwriter.Workbook(folder / "storefront_orders_4.xlsx") as book:
        sheet = book.add_worksheet()
        for line, values in enumerate(
            [
                ["order_id", "buyer_id", "placed_at", "status", "amount", "receiver", "phone"],
                ["A7", BUYER, "2026-11-10 09:00:00", "paid", "5", "欧阳若兰", "13912345678"],
            ]
        ):
            sheet.write_row(line, 0, values)
    (folder / "customers.jsonl").write_text(
        json.dumps({"buyer_id": BUYER, "vip_level": "3", "birthday": "1990-01-01"}, ensure_ascii=True) + "\n",
        encoding="utf-8",
    )
    (folder / "payments.csv").write_text(
        "payment_id,order_id,paid_at,amount,status\nP1,A1,2026-11-10 01:05:00,10,succeeded\n",
        encoding="utf-8",
    )
    (folder / "feedback.csv").write_text(
        "ticket_id,order_id,opened_at,kind,text\n"
        "T1,A1,2026-11-10 10:00:00,urge,欧阳若兰 13912345678 催发货\n"
        "T2,B1,2026-11-10 10:00:00,urge,催发货\n",
        encoding="utf-8",
    )
    (folder / "wms_shipments.csv").write_text(
        "shipment_id,order_id,waybill_no,outbound_at\nS1,A1,YT0000000000771,2026-11-10 12:00:00\n",
        encoding="utf-8",
    )
    (folder / "tms_events.csv").write_text(
        "waybill_no,event_at,status,detail\nYT0000000000771,2026-11-10 15:00:00,in_transit,收件人欧阳若兰\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A shop whose runs, reports, alerts and words of people all know the buyer."""
    folder = tmp_path_factory.mktemp("shop")
    write_feeds(folder / "feeds")
    (folder / "orderhealth.yml").write_text(CONFIGURATION, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        call("run", "--as-of", AS_OF, "--deliver")
        call(
            "allow",
            "all",
            "--buyer",
            BUYER,
            "--who",
            "Chen",
            "--why",
            f"{BUYER} is known, 13912345678",
        )
        call("run", "--as-of", AS_OF, "--full")
        call("report")
        yield folder


def contents(path: Path) -> Iterator[bytes]:
    """All that can be read in a file, also packed."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".gz":
        yield gzip.decompress(data)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    if path.suffix == ".parquet":
        yield pl.read_parquet(path).write_json().encode()
    if ".duckdb" in path.name and data[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as con:
            tables = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, table in tables:
                rows = con.execute(f'select * from "{schema}"."{table}"').fetchall()
                yield repr(rows).encode()


def named_in(folder: Path) -> set[tuple[str, str]]:
    found = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        everything = list(contents(path))
        for word in WORDS:
            forms = {word.encode(), word.encode("gb18030"), json.dumps(word).strip('"').encode()}
            if any(form in content for form in forms for content in everything):
                found.add((path.relative_to(folder).as_posix(), word))
    return found


def score(folder: Path) -> tuple[object, ...]:
    with duckdb.connect(str(folder / "orderhealth.duckdb"), read_only=True) as con:
        found = con.execute("select score, active_orders from health_score order by as_of desc").fetchone()
        assert found is not None
        return found


@pytest.mark.slow  # runs three times and rebuilds
def test_no_file_names_the_buyer_afterwards_and_the_orders_still_belong_together(project: Path) -> None:
    before = named_in(project)
    assert {path for path, _ in before} >= {
        "feeds/storefront_orders.csv",
        "feeds/storefront_orders_2.csv.gz",
        "feeds/storefront_orders_3.parquet",
        "feeds/storefront_orders_4.xlsx",
        "feeds/customers.jsonl",
        "feeds/tms_events.csv",
        "orderhealth.duckdb",
        "orderhealth.desk.db",
    }
    was = score(project)
    said = call("forget", "--buyer", BUYER)
    assert named_in(project) == set(), said.output
    assert score(project) == was
    with duckdb.connect(str(project / "orderhealth.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select distinct buyer_id, count(*) from order_fact group by 1 order by 2"
        ).fetchall()
    assert [count for _, count in rows] == [1, 6]
    assert str(rows[1][0]).startswith("forgotten-")
    assert OTHER in (project / "feeds" / "storefront_orders.csv").read_text(encoding="gb18030")
    assert "T2,B1" in (project / "feeds" / "feedback.csv").read_text(encoding="utf-8")


@pytest.mark.usefixtures("project")
def test_a_buyer_that_nobody_knows_is_a_mistake() -> None:
    done = CliRunner().invoke(calls, ["forget", "--buyer", "nobody"])
    assert done.exit_code != 0
    assert "nobody" in str(done.exception)
