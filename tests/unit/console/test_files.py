"""Files dropped at the console: what they are, what would be taken, loading them; by the page and the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.console.incoming import arrival
from orderhealth_pipeline.console.incoming.quarantine import Quarantine
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.unit.console.conftest import at_this_machine
from tests.unit.console.people import form_token, house

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
PLATFORMS = Path(__file__).parents[2] / "data" / "platforms"
HEADER = "order_id,shop,buyer_id,placed_at,status,amount\n"
EXPORT = (
    "某旗舰店 订单导出,,,,,\n"
    "订单号,下单日期,订单状态,实付金额（元）,收货人,联系电话\n"
    '="101",2026-11-09 09:05,已发货,"¥1,280.00",张三丰,13812345678\n'
    '="102",2026-11-09 10:05,挂单中,¥39.90,李四光,13912345678\n'
    '="103",2026-11-09 10:15,已发货,¥20.00,王五一,13712345678\n'
    '="104",2026-11-09 11:05,已发货,免费,赵六一,13612345678\n'
)


@pytest.fixture(scope="module")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Run a shop of one order; its feeds and its desk are copied by each test."""
    folder = tmp_path_factory.mktemp("dropped")
    (folder / "feeds").mkdir()
    (folder / "feeds" / "storefront_orders.csv").write_text(
        f"{HEADER}A1,s,b,2026-11-10 10:00:00,paid,5\n", encoding="utf-8"
    )
    settings = Settings(as_of=NOON, store=folder / "s.duckdb", feeds=folder / "feeds", locale="en")
    run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    return settings


@pytest.fixture
def own(small_shop: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Give the shop folders that the test changes; the published snapshot stays the one of the small shop."""
    (tmp_path / "feeds").mkdir()
    yield small_shop.overridden(
        feeds=tmp_path / "feeds",
        own_adapters=tmp_path / "adapters",
        desk=SecretStr(str(tmp_path / "files.desk.db")),
    )
    for each in Quarantine(small_shop).waiting():
        Quarantine(small_shop).remove(each)


@pytest.fixture
def client(own: Settings) -> Iterator[TestClient]:
    with at_this_machine(create_app(own, lambda: datetime.now(UTC))) as opened:
        yield opened


def drop(client: TestClient, name: str, content: bytes) -> httpx.Response:
    """Send the form of the drop zone."""
    token = {"form_token": form_token(client.get("/sources"))}
    answer: httpx.Response = client.post("/sources/files", data=token, files={"file": (name, content)})
    return answer


def decide(client: TestClient, page: httpx.Response, deed: str, **fields: str) -> httpx.Response:
    token = {"form_token": form_token(page), **fields}
    answer: httpx.Response = client.post(f"{page.url.path}/{deed}", data=token)
    return answer


def test_a_table_that_nobody_knows_is_proposed_shown_masked_and_loaded(
    client: TestClient, own: Settings
) -> None:
    page = drop(client, "月报/../订单导出.csv", EXPORT.encode("gb18030"))
    text = page.text
    assert page.url.path.startswith("/sources/files/")
    assert "Nobody knows this kind of file" in text
    assert re.search(r'class="big">3</span> rows would be taken', text)
    assert "1 would be refused" in text
    assert ">storefront_orders.placed_at</code>" in text
    assert "挂单中" in text
    for hidden in ("13812345678", "张三丰"):
        assert hidden not in text
    assert list(own.feeds.iterdir()) == []  # type: ignore[union-attr]

    loaded = decide(client, page, "load").text
    assert "订单导出.csv is in place" in loaded
    assert "The adapter “订单导出” was written" in loaded
    assert client.get(page.url.path).status_code == 404
    assert min(each.name for each in (own.own_adapters / "订单导出").iterdir()) == "adapter.yml"
    (adapted,) = plan_run(own).adapted
    assert adapted.is_there
    again = drop(client, "十二月.csv", EXPORT.encode("gb18030"))
    assert "Your adapter “订单导出” reads it" in again.text


def test_the_next_run_reads_what_was_loaded(own: Settings, tmp_path: Path) -> None:
    settings = own.overridden(store=tmp_path / "s.duckdb")
    orders = (own.feed_sources["storefront_orders"].path or Path()) / "storefront_orders.csv"
    orders.write_text(f"{HEADER}A1,s,b,2026-11-10 10:00:00,paid,5\n", encoding="utf-8")
    run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    with at_this_machine(create_app(settings, lambda: datetime.now(UTC))) as client:
        newer = f"{HEADER}A2,s,b,2026-11-10 10:00:00,paid,5\n".encode()
        for name in ("storefront_orders.csv", "whatever.csv"):
            page = drop(client, name, newer.replace(b"A2", name[:2].encode()))
            assert "This is the feed" in page.text, page.text
            decide(client, page, "load")
        page = drop(client, "订单.csv", EXPORT.encode())
        decide(client, page, "load")
        outcome = run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    names = sorted(each.name for each in orders.parent.iterdir())
    assert names == [
        "storefront_orders (1).csv",
        "storefront_orders.csv",
        "storefront_orders_whatever.csv",
        "订单.csv",
    ]
    assert outcome.assessment.health.active_orders == 6
    assert outcome.unread == ()


def test_an_export_of_a_platform_is_recognised_and_its_adapter_put_in_place(
    client: TestClient, own: Settings
) -> None:
    export = PLATFORMS / "taobao_synthetic" / "ExportOrderList202611151200.csv"
    page = drop(client, "payments (3).csv", export.read_bytes())
    assert "the adapter that comes with the program reads it" in page.text
    loaded = decide(client, page, "load")
    assert "export_payments (3).csv is in place" in loaded.text
    assert [each.adapter.name for each in plan_run(own).adapted if each.is_there] == ["taobao"]


def test_dates_that_can_be_misread_are_asked_about(client: TestClient, own: Settings) -> None:
    content = b"order id,order date,status,amount\nA1,03/04/2026,paid,10\n"
    page = drop(client, "amb.csv", content)
    assert "Is 03/04/2026 in April or in March?" in page.text
    assert "Load it" not in page.text
    chosen = client.get(f"{page.url.path}?order=day_first")
    assert "2026-04-03" in chosen.text
    decide(client, chosen, "load", order="day_first")
    assert "%d/%m/%Y" in (own.own_adapters / "amb" / "adapter.yml").read_text(encoding="utf-8")


ODDLY_NAMED = (
    "单据号,下单日,应付,当前情况\nA1,2026-11-09 09:05,1299.00,待发货\nA2,2026-11-09 10:05,99.00,已完成\n"
)


def test_which_columns_nobody_knows_by_name_are_asked_for_and_taken(
    client: TestClient, own: Settings
) -> None:
    page = drop(client, "单据.csv", ODDLY_NAMED.encode())
    assert "what are its rows?" in page.text
    assert 'name="as.order_id"' in page.text
    assert "Load it" not in page.text
    other = client.get(f"{page.url.path}?feed=payments")
    assert 'name="as.payment_id"' in other.text
    places = {"as.order_id": "0", "as.placed_at": "1", "as.amount": "2", "as.status": "3"}
    said = {"feed": "storefront_orders", **places}
    shown = client.get(page.url.path, params=said)
    assert re.search(r'class="big">2</span> rows would be taken', shown.text)
    assert 'name="as.order_id" value="0"' in shown.text
    decide(client, shown, "load", **said)
    assert "单据号" in (own.own_adapters / "单据" / "adapter.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"feed": "nonsense", "as.order_id": "0"}, "what are its rows?"),
        ({"feed": "storefront_orders", "as.order_id": "-1"}, "what are its rows?"),
        ({"feed": "storefront_orders", "as.order_id": "99"}, "has no such column"),
        ({"feed": "storefront_orders", "as.tip": "0"}, "has no such column"),
    ],
)
def test_columns_that_are_not_there_are_no_answer(
    client: TestClient, said: dict[str, str], answer: str
) -> None:
    page = drop(client, "单据.csv", ODDLY_NAMED.encode())
    shown = client.get(page.url.path, params=said)
    assert shown.status_code == 200
    assert answer in shown.text
    assert "Load it" not in shown.text


def test_programs_say_which_columns_are_meant(client: TestClient, own: Settings) -> None:
    headers = {"x-form-token": form_token(client.get("/sources"))}
    sent = client.post(
        "/api/v1/files?name=单据.csv",
        content=ODDLY_NAMED.encode(),
        headers=headers | {"content-type": "application/octet-stream"},
    ).json()
    place = f"/api/v1/files/{sent['file']}"
    look = client.get(place).json()
    assert set(look["lacking"]["storefront_orders"]) == {"order_id", "placed_at", "amount", "status"}
    assert look["header"] == ["单据号", "下单日", "应付", "当前情况"]
    said = {"feed": "storefront_orders", "columns": "order_id:0,placed_at:1,amount:2,status:3"}
    assert client.get(place, params=said).json()["taken"] == 2
    assert client.post(f"{place}/load", json=said, headers=headers).status_code == 200
    assert (own.own_adapters / "单据").is_dir()


def test_what_is_no_table_is_told_and_thrown_away(client: TestClient, own: Settings) -> None:
    assert "is of no format that is read" in drop(client, "run.exe", b"MZ").text
    assert "Choose a file first" in drop(client, "", b"").text
    page = drop(client, "notes.txt", b"hello\n")
    assert "It cannot be read" in page.text
    assert page.url.path in client.get("/sources").text
    assert page.url.path not in decide(client, page, "discard").text
    assert Quarantine(own).waiting() == []


def test_files_are_bounded_private_and_do_not_stay(
    client: TestClient, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = drop(client, "orders.csv", HEADER.encode())
    (waiting,) = Quarantine(own).waiting()
    assert waiting.path.stat().st_mode & 0o077 == 0
    assert Quarantine(own).folder.stat().st_mode & 0o077 == 0
    place = Quarantine(own).place()
    place.write_bytes(b"x")
    later = waiting.at + timedelta(hours=limits().upload_hours, seconds=1)
    kept = Quarantine(own).keep(place, "later.csv", "ann", later)
    assert [each.number for each in Quarantine(own).waiting()] == [kept.number]
    assert client.get(page.url.path).status_code == 404

    monkeypatch.setattr(arrival, "most_bytes", lambda: 1_000)
    monkeypatch.setattr(arrival, "_AROUND", 2_000)
    assert drop(client, "large.csv", b"x" * 5_000).status_code == 413
    token = {"x-form-token": form_token(client.get("/sources"))}
    kind = {"content-type": "application/octet-stream"}
    answer = client.post("/api/v1/files?name=large.csv", content=b"x" * 5_000, headers=token | kind)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert [each.number for each in Quarantine(own).waiting()] == [kept.number]
    assert [each for each in Quarantine(own).folder.iterdir() if each.name.endswith(".part")] == []


def test_programs_send_look_at_load_and_throw_away_files(client: TestClient, own: Settings) -> None:
    headers = {"x-form-token": form_token(client.get("/sources"))}
    sent = client.post(
        "/api/v1/files?name=订单导出.csv",
        content=EXPORT.encode(),
        headers=headers | {"content-type": "application/octet-stream"},
    )
    assert sent.status_code == 201
    number = sent.json()["file"]
    assert [each["file"] for each in client.get("/api/v1/files").json()["files"]] == [number]
    looked = client.get(f"/api/v1/files/{number}").json()
    assert (looked["kind"], looked["taken"], looked["refused"]) == ("proposal", 3, 1)
    assert looked["refusals"][0]["line"] == 6
    assert looked["feeds"][0]["rows"][0]["order_id"] == "101"
    assert "13812345678" not in str(looked)
    loaded = client.post(f"/api/v1/files/{number}/load", json={}, headers=headers)
    assert loaded.json() == {"name": "订单导出.csv", "adapter": "订单导出"}
    assert client.get(f"/api/v1/files/{number}").status_code == 404
    other = client.post(
        "/api/v1/files?name=a.csv",
        content=b"hello",
        headers=headers | {"content-type": "application/octet-stream"},
    ).json()["file"]
    assert client.post(f"/api/v1/files/{other}/load", json={}, headers=headers).status_code == 422
    assert client.delete(f"/api/v1/files/{other}", headers=headers).json() == {"deleted": True}
    wrong = client.post("/api/v1/files?name=a.exe", content=b"x", headers=headers)
    assert wrong.status_code == 415
    with PeopleDesk(own.desk_address).looking() as con:
        deeds = con.exec_driver_sql("select verb, value from audit where about = 'file' order by entry").all()
    assert [tuple(each) for each in deeds] == [
        ("receive_file", "订单导出.csv"),
        ("load_file", "订单导出.csv"),
        ("receive_file", "a.csv"),
        ("discard_file", "a.csv"),
    ]


def test_nothing_is_read_from_who_may_not_send(small_shop: Settings, tmp_path: Path) -> None:
    with house(small_shop, tmp_path) as opened:
        files = {"file": ("a.csv", HEADER.encode())}
        assert opened.browser().post("/sources/files", files=files).status_code == 303
        operator = opened.browser("operator")
        token = {"form_token": form_token(operator.get("/settings"))}
        assert operator.post("/sources/files", data=token, files=files).status_code == 403
        manager = opened.browser("manager")
        assert manager.post("/sources/files", files=files).status_code == 403
        token = {"form_token": form_token(manager.get("/settings"))}
        elsewhere = {"origin": "https://evil.example"}
        assert manager.post("/sources/files", data=token, files=files, headers=elsewhere).status_code == 403
        assert Quarantine(small_shop).waiting() == []
        assert manager.post("/sources/files", data=token, files=files).status_code == 303
        for each in Quarantine(small_shop).waiting():
            Quarantine(small_shop).remove(each)
