"""The pages that only show: how things stand, one order's life, the search, sources, process, alerts."""

from __future__ import annotations

import html
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.report.render.html import page_values
from orderhealth_pipeline.settings import Settings
from tests.unit.console.conftest import at_this_machine


@pytest.fixture(scope="module")
def published(shop: Settings) -> duckdb.DuckDBPyConnection:
    """Read the snapshot beside the console: a test's own look at what it shows."""
    con = duckdb.connect()
    con.execute(f"attach '{shop.store.with_suffix('')}.published.duckdb' as snapshot (read_only)")
    con.execute("use snapshot")
    return con


def test_now_says_what_the_report_says(console: TestClient) -> None:
    report = console.app.state.site.report("en")  # type: ignore[attr-defined]
    page = html.unescape(console.get("/").text)
    values = page_values(report)
    assert values["verdict"] in page
    assert f"{report.health.score:.2f}" in page
    for order in report.top_orders:
        assert f'href="/orders/{order.order_id}"' in page
    for line in report.cases:
        assert line.owner in page


def test_the_wall_is_dark_large_and_without_navigation(console: TestClient) -> None:
    page = console.get("/?wall=1").text
    assert '<html lang="en" class="dark wall">' in page
    assert "<nav" not in page


def test_old_data_says_so_by_itself(shop: Settings) -> None:
    standing = Settings(store=shop.store, feeds=shop.feeds, locale="en")
    assert shop.as_of is not None
    for hours, is_old in ((0.5, False), (2, True)):
        clock = shop.as_of + timedelta(hours=hours)
        with at_this_machine(create_app(standing, lambda clock=clock: clock)) as client:  # type: ignore[misc]
            page = client.get("/").text
        note = re.findall(r'<p class="old"[^>]*>', page)[0]
        assert (" hidden" in note) is not is_old
        assert f'data-old-at="{int((shop.as_of + timedelta(hours=1)).timestamp() * 1000)}"' in note


def test_the_calendar_tells_which_rules_are_in_force_and_what_comes(shop: Settings, tmp_path: Path) -> None:

    folder = tmp_path / "expectations"
    shutil.copytree(shop.expectations, folder)
    assert shop.as_of is not None
    day, nine = shop.as_of.date(), timedelta(days=9)
    (folder / "calendar.yml").write_text(
        "calendar:\n"
        f"  - {{profile: promotion, from: {day}, until: {day + timedelta(days=1)}, why: eleven}}\n"
        f"  - {{profile: promotion, from: {day + nine}, until: {day + 2 * nine}, why: more}}\n",
        encoding="utf-8",
    )
    settings = shop.model_copy(update={"expectations": folder})
    with at_this_machine(create_app(settings, lambda: datetime.now(UTC))) as client:
        page = client.get("/").text
    assert "<strong>Promotion</strong>" in page
    assert f"until {(day + timedelta(days=1)):%m-%d} 00:00, then " in page
    assert f"Promotion from {(day + nine):%m-%d} 00:00" in page


def test_an_order_shows_every_version_of_its_records_and_its_findings(
    console: TestClient, published: duckdb.DuckDBPyConnection
) -> None:
    for (order_id,) in published.execute(
        "select order_id from findings where state = 'open' and order_id is not null limit 5"
    ).fetchall():
        page = console.get(f"/orders/{order_id}").text
        records = published.execute(
            "select record, content from working.records where order_id = ?", [order_id]
        ).fetchall()
        assert records
        assert len(re.findall(r"<rect[^>]* class=\"bar", page)) >= 2
        for record, _ in records:
            shown_elsewhere = " " in record and not record.split(" ")[0][0].isalpha()
            assert record.split(" ")[0] in page or shown_elsewhere
        assert page.count('class="event ') >= 1


def test_nobody_s_name_phone_or_street_is_published(
    console: TestClient, published: duckdb.DuckDBPyConnection, shop: Settings
) -> None:
    contents = published.execute(
        "select content ->> 'receiver', content ->> 'phone', content ->> 'street', content ->> 'remark' "
        "from working.records where feed = 'storefront_orders'"
    ).fetchall()
    assert contents
    for cell in (cell for row in contents for cell in row if cell):
        assert "*" in cell
    orders = shop.feeds / "storefront_orders.csv"  # type: ignore[operator]
    text = orders.read_text(encoding="utf-8") if orders.exists() else ""
    phones = set(re.findall(r"\b1[3-9]\d{9}\b", text))
    ids = [
        row[0]
        for row in published.execute("select distinct order_id from working.records limit 30").fetchall()
    ]
    for order_id in ids[:5]:
        assert not phones & set(re.findall(r"\d{11}", console.get(f"/orders/{order_id}").text))


def test_all_that_was_loaded_is_published_of_orders_that_are_looked_at(
    shop: Settings, published: duckdb.DuckDBPyConnection
) -> None:
    looked_at = {
        row[0] for row in published.execute("select order_id from order_fact where is_active").fetchall()
    }
    con = duckdb.connect()
    con.execute(f"attach '{shop.store}' as store (read_only)")
    con.execute("use store")
    for feed in ("storefront_orders", "payments", "erp_orders", "wms_shipments", "returns", "feedback"):
        loaded = con.execute(f"select order_id, count(*) from feeds.{feed} group by 1 order by 1").fetchall()
        shown = dict(
            published.execute(
                "select order_id, count(*) from working.records where feed = ? group by 1", [feed]
            ).fetchall()
        )
        assert {order: count for order, count in loaded if order in looked_at} == {
            order: count for order, count in shown.items() if order in looked_at
        }
    parcels = con.execute(
        "select s.order_id, count(distinct e.rowid) from feeds.tms_events e "
        "join feeds.wms_shipments s using (waybill_no) group by 1"
    ).fetchall()
    shown = dict(
        published.execute(
            "select order_id, count(distinct record) from working.records "
            "where feed = 'tms_events' group by 1"
        ).fetchall()
    )
    for order, count in parcels:
        if order in looked_at:
            assert shown[order] == count
    con.close()


def test_an_order_that_nobody_knows_is_not_found(console: TestClient) -> None:
    assert console.get("/orders/no-such-order").status_code == 404


def test_an_order_is_found_by_all_that_people_have_at_hand(
    console: TestClient, published: duckdb.DuckDBPyConnection
) -> None:
    order_id, waybill = published.execute(
        "select order_id, key from working.search_keys where kind = 'waybill' limit 1"
    ).fetchall()[0]
    alone = console.get(f"/search?q={order_id}", follow_redirects=False)
    assert (alone.status_code, alone.headers["location"]) == (303, f"/orders/{order_id}")
    assert order_id in console.get(f"/search?q={waybill}").text
    for kind in ("buyer", "phone"):
        ((key, wanted),) = published.execute(
            "select key, order_id from working.search_keys where kind = ? limit 1", [kind]
        ).fetchall()
        assert wanted in console.get(f"/search?q={key}").text
    assert "Nothing has" in console.get("/search?q=nothing+at+all").text
    assert "&lt;script&gt;" in console.get("/search?q=<script>").text


def test_sources_show_what_was_rejected_filtered_and_as_a_file(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    good = "".join(f"A{n},s,b{n},2026-11-10 10:00:00,paid,{n}\n" for n in range(1, 30))
    (feeds / "storefront_orders.csv").write_text(
        "order_id,shop,buyer_id,placed_at,status,amount\n"
        + good
        + "B1,s,b,2026-11-10 10:00:00,paid,=cmd|x\n"
        + "B2,s,b,not a date,paid,5\n"
        + "B3,s,b,2026-11-10 10:00:00,odd word,5\n",
        encoding="utf-8",
    )
    settings = Settings(
        as_of=datetime(2026, 11, 10, 4, tzinfo=UTC), store=tmp_path / "s.duckdb", feeds=feeds, locale="en"
    )
    run_pipeline(plan_run(settings), datetime(2026, 11, 10, 4, tzinfo=UTC), StageTimes(lambda: 0.0))
    with at_this_machine(create_app(settings, lambda: datetime.now(UTC))) as client:
        page = client.get("/sources").text
        assert "2 rows" in page
        assert "odd word" in page
        kinds = re.findall(r'<option value="([a-z_]+)"', page)
        filtered = client.get(f"/sources?feed=storefront_orders&kind={kinds[-1]}").text
        assert "1 row" in filtered
        file = client.get("/sources/rejected.csv")
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.content.startswith(b"\xef\xbb\xbffeed,file,line")
        assert len(file.text.strip().splitlines()) == 3
        assert client.get("/sources?skipped=99999999999999999999").status_code == 200


def test_the_process_leads_from_a_jam_to_its_orders(
    console: TestClient, published: duckdb.DuckDBPyConnection
) -> None:
    page = console.get("/process").text
    links = re.findall(r'href="(/process/waiting\?from=[^"]+)"', page)
    assert len(re.findall(r'class="milestone"', page)) == 7
    steps = dict(
        published.execute(
            "select from_step, waiting_now from process_steps where dimension = 'overall' and waiting_now > 0"
        ).fetchall()
    )
    for link in links[: len(steps)]:
        step = re.findall(r"from=(\w+)", link)[0]
        orders = re.findall(r'href="/orders/', console.get(link.replace("&amp;", "&")).text)
        assert abs(len(orders) - steps[step]) <= max(3, steps[step] // 10), step
    waiting = console.get("/process/waiting?from=in_erp&by=shop&value=nowhere").text
    assert 'href="/cases?from=in_erp&amp;by=shop&amp;value=nowhere"' in waiting
    assert console.get("/process?by=shop").status_code == 200
    assert console.get("/process?by=order_id").status_code == 200
    assert console.get("/process/waiting?from=nowhere").status_code == 404
    assert console.get("/process/waiting?from=paid&by=order_id").status_code == 404


def test_a_jam_leads_to_the_cases_of_its_orders_alone(
    console: TestClient, published: duckdb.DuckDBPyConnection
) -> None:
    orders = """
        select distinct case_id from case_orders join cases using (case_id) join order_fact using (order_id)
        where left_at is null and resolved_at is null and is_active and erp_synced_at is not null
        and printed_at is null and outbound_at is null and picked_up_at is null and delivered_at is null
    """
    wanted = {case_id for (case_id,) in published.execute(orders).fetchall()}
    page = console.get("/cases?from=in_erp").text
    shown = set(re.findall(r'data-case="([^"]+)"', page))
    assert shown
    assert shown <= wanted
    assert (len(shown) == len(wanted)) == (len(wanted) <= 50)
    assert "Only cases of orders that wait at" in page
    assert "whose=mine&amp;from=in_erp" in page.replace("&from", "&amp;from")
    assert 'data-case="' not in console.get("/cases?from=in_erp&by=shop&value=nowhere").text
    assert console.get("/cases?from=nowhere").text.count("data-case=") == 50


def test_alerts_tell_every_decision_with_its_reason(
    console: TestClient, published: duckdb.DuckDBPyConnection
) -> None:
    ((count,),) = published.execute("select count(*) from alert_decisions").fetchall()
    page = console.get("/alerts").text
    assert page.count("→") == min(count, 100)
    assert "the role has no channel" in page
    assert console.get("/alerts?decision=unmatched").status_code == 200
