"""Back-tests at the console: asked for, run while nobody looks, shown, stopped, begun anew."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from orderhealth_pipeline.console.backtests.runner import Runner
from orderhealth_pipeline.desk.backtests import Backtests
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.what_if.backtest import backtest
from orderhealth_pipeline.settings import Settings
from tests.unit.console.rule_files import FIGURE, RULE, Workshop, ended_backtest, workshop
from tests.unit.console.test_new_rule import CARDS, TYPED

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def own(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(shop, tmp_path_factory.mktemp("backtests")) as opened:
        yield opened


@pytest.fixture
def kept(own: Workshop) -> Backtests:
    return Backtests(str(own.folder.parent / "rules.desk.db"))


def _span(shop: Settings, hours: int) -> dict[str, str]:
    assert shop.as_of is not None
    begin = shop.as_of - timedelta(hours=hours)
    return {"span": "chosen", "begin": begin.isoformat(), "end": shop.as_of.isoformat(), "every": "1h"}


def test_a_draft_is_held_against_the_past_while_nobody_looks(
    own: Workshop, shop: Settings, kept: Backtests
) -> None:
    page = own.page("/backtests/new", rule=RULE, **{FIGURE: "40"}).text
    assert "The last 7 days" in page
    assert "15 → 40" in page
    assert "The last promotion" not in page
    asked = own.post("/backtests/ask", rule=RULE, **{FIGURE: "40"}, **_span(shop, 2))
    number = int(asked.url.path.rpartition("/")[2])
    job = ended_backtest(kept, number)
    assert (job.state, job.about, job.total) == ("done", RULE, 3)
    assert job.result is not None
    sides = job.result["rules"][RULE]["sides"]
    other = plan_run(shop.overridden(desk=own.client.app.state.site.settings.desk))  # type: ignore[attr-defined]
    expected = backtest(other, other, tuple(datetime.fromisoformat(each) for each in job.result["instants"]))
    assert sides["now"]["open"] == expected.rules[RULE].now
    assert sides["now"]["hits"] == len(expected.rules[RULE].hits["now"])
    assert sides["then"]["hits"] < sides["now"]["hits"]
    assert job.result["score"]["now"] == [float(score or 0) for score in expected.scores["now"]]
    shown = own.page(f"/backtests/{number}").text
    assert "<svg" in shown
    assert re.search(r"\d+ orders? would go", shown)
    assert f'href="/rules/{RULE}"' in shown
    assert "hx-trigger" not in own.page(f"/backtests/{number}/state").text.partition("state")[2]
    assert "15 → 40" in own.page("/backtests").text


def test_a_new_rule_is_held_against_the_past(own: Workshop, shop: Settings, kept: Backtests) -> None:
    asked = own.post("/backtests/ask", **CARDS, **TYPED, **_span(shop, 0))
    job = ended_backtest(kept, int(asked.url.path.rpartition("/")[2]))
    assert job.result is not None
    sides = job.result["rules"]["paid_but_still_here"]["sides"]
    assert sides["now"]["hits"] == 0 < sides["then"]["hits"]
    assert not (own.folder / "warehouse" / "paid_but_still_here.yml").exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"rule": RULE, "span": "chosen", "begin": "soon", "end": "later"}, "is no ISO 8601 instant"),
        (
            {"rule": RULE, "span": "chosen", "begin": "2020-01-01", "end": "2020-01-02"},
            "at 2020-01-02 00:00 there was no order yet",
        ),
        (
            {"rule": RULE, "span": "chosen", "begin": "2030-01-01", "end": "2030-01-02"},
            "2030-01-02 00:00 is later",
        ),
        (
            {"rule": RULE, "span": "chosen", "begin": "2000-01-01", "end": "2026-11-10", "every": "1h"},
            "at most",
        ),
        (
            {"rule": RULE, "span": "chosen", "begin": "2026-11-10", "end": "2026-11-09"},
            "the time begins after it ends",
        ),
        ({"rule": RULE, FIGURE: "-1"}, "no feature is negative"),
        ({"other_profile": "nonsense"}, "there is no profile"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    own: Workshop, kept: Backtests, typed: dict[str, str], reason: str
) -> None:
    before = len(kept.newest())
    answer = own.post("/backtests/ask", **typed)
    assert answer.status_code == 200
    assert reason in answer.text
    assert len(kept.newest()) == before


def test_one_that_waits_is_shown_with_a_bar_and_stopped(own: Workshop, kept: Backtests) -> None:
    number = kept.ask(("li", NOW), (RULE, "15 → 40"), {"rule": RULE}, 8)
    assert kept.take(number, "elsewhere:1", NOW)
    assert not kept.take(number, "elsewhere:2", NOW)
    kept.go_on(number, 3)
    page = own.page(f"/backtests/{number}").text
    assert '<progress class="wide" max="8" value="3"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "stopped" in own.post(f"/backtests/{number}/stop").text
    assert not kept.go_on(number, 4)
    assert own.page("/backtests/nothing").status_code == 404


def test_what_a_console_left_is_begun_anew_by_the_next(
    shop: Settings, own: Workshop, kept: Backtests
) -> None:
    gone = kept.ask(("li", NOW), (RULE, "x"), {"rule": RULE}, 8)
    there = kept.ask(("li", NOW), (RULE, "x"), {"rule": RULE}, 8)
    kept.take(gone, f"{socket.gethostname()}:999999", NOW)
    kept.take(there, f"elsewhere:{os.getpid()}", NOW)
    settings = shop.overridden(desk=own.client.app.state.site.settings.desk)  # type: ignore[attr-defined]
    runner = Runner(settings, lambda: NOW + timedelta(minutes=5))
    runner.wake = lambda: None  # type: ignore[method-assign]
    runner.resume()
    states = [job.state for job in (kept.find(gone), kept.find(there)) if job]
    assert states == ["waiting", "running"]
    for number in (gone, there):
        kept.stop(number, ("li", NOW))


def test_one_whose_process_fails_says_so(own: Workshop, kept: Backtests) -> None:
    asked = {
        "rule": RULE,
        "files": {},
        "from": "2026-11-10T11:00:00+00:00",
        "every_seconds": 60,
        "profile": "x",
    }
    number = kept.ask(("li", NOW), (RULE, "x"), asked, 1)
    own.client.app.state.site.backtests.wake()  # type: ignore[attr-defined]
    assert ended_backtest(kept, number).state == "failed"
    assert "there is no profile" in own.page(f"/backtests/{number}").text
