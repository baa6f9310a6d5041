"""What happened since a page was made is told within moments, and nobody misses anything."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.console.live import State, Watch
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.desk.log import Desk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.said import Said
from orderhealth_pipeline.settings import Settings

FIRST = datetime(2026, 11, 10, 4, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "storefront_orders.csv").write_text(
        "order_id,shop,buyer_id,placed_at,status,amount\nA1,s,b,2026-11-10 10:00:00,paid,5\n",
        encoding="utf-8",
    )
    return Settings(store=tmp_path / "s.duckdb", feeds=feeds, locale="en")


def run(settings: Settings, hours: int) -> None:
    run_pipeline(plan_run(settings), FIRST + timedelta(hours=hours), StageTimes(lambda: 0.0))


def say(settings: Settings) -> None:
    Desk(settings.desk_address).say(Said("snoozed", "cy", "busy", FIRST, "order", "A1", until=FIRST))


def site_of(settings: Settings) -> Site:
    site: Site = create_app(settings, lambda: datetime.now(UTC)).state.site
    return site


async def heard(watch: Watch, last: str | None, seconds: float = 0.2) -> str:
    """Listen for a while."""
    stream = watch.stream(last)
    text = b""
    try:
        async with asyncio.timeout(seconds):
            async for part in stream:
                text += part
                if b"event: said" in text:
                    break
    except TimeoutError:
        pass
    await stream.aclose()  # type: ignore[attr-defined]
    return text.decode()


def test_what_is_published_and_said_is_told_with_ids(settings: Settings) -> None:
    async def listen() -> tuple[str, str, str]:
        prepared: list[str | None] = []
        watch = Watch(site, lambda: prepared.append(site.snapshot.version()))
        await watch.look()
        listening = asyncio.create_task(heard(watch, None, 60))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(run, settings, 1)
        await watch.look()
        assert len(prepared) == 1
        say(settings)
        await watch.look()
        live = await listening
        return live, await heard(watch, "1.0"), await heard(watch, watch.state.id)

    run(settings, 0)
    site = site_of(settings)
    live, missed, nothing = asyncio.run(listen())
    site.close()
    for text in (live, missed):
        assert "event: published" in text
        assert "event: said" in text
        assert text.rstrip().splitlines()[-3].startswith("id: ")
    assert "event:" not in nothing
    assert "retry: 1000" in nothing


def test_streams_end_when_the_console_stops(settings: Settings) -> None:
    async def listen() -> float:
        watch = Watch(site_of(settings), lambda: None)
        listening = asyncio.create_task(heard(watch, None, 10))
        await asyncio.sleep(0.05)
        assert watch.listeners == 1
        begin = time.monotonic()
        await watch.stop()
        await listening
        assert watch.listeners == 0
        return time.monotonic() - begin

    assert asyncio.run(listen()) < 1


@pytest.mark.parametrize("last", ["", "nonsense", "1", "1.x", "-1.0", "9" * 5000])
def test_an_id_that_is_none_is_no_trouble(settings: Settings, last: str) -> None:
    async def listen() -> str:
        return await heard(Watch(site_of(settings), lambda: None), last, 0.05)

    assert "event:" not in asyncio.run(listen()).replace("event: published", "")


def test_ids_grow_with_what_happens() -> None:
    assert State(3, 4).id == "3.4"


def test_one_of_many_who_ask_at_once_builds_and_the_others_wait(settings: Settings) -> None:
    run(settings, 0)
    site = site_of(settings)
    built: list[int] = []
    barrier = Barrier(8)

    def build() -> None:
        time.sleep(0.05)
        built.append(1)

    def ask() -> None:
        barrier.wait()
        site.once_published("thing", build)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    site.close()
    assert built == [1]


def test_a_reader_who_began_reads_the_snapshot_of_then_to_its_end(settings: Settings) -> None:
    run(settings, 0)
    site = site_of(settings)
    with site.snapshot.reading() as before:
        run(settings, 1)
        with site.snapshot.reading() as now:
            assert now.execute("select count(*) from health_score").fetchall() == [(2,)]
        assert before.execute("select count(*) from health_score").fetchall() == [(1,)]
    run(settings, 2)
    with site.snapshot.reading() as now:
        assert now.execute("select count(*) from health_score").fetchall() == [(3,)]
    site.close()
