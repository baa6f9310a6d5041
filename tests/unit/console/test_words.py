"""Unknown status words at the console: their meaning chosen, written, taken up by a run, taken back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.desk.accounts.people_desk import PeopleDesk
from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import run_pipeline
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from tests.unit.console.conftest import at_this_machine
from tests.unit.console.rule_files import copied_rules

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
ORDERS = (
    "order_id,shop,buyer_id,placed_at,status,amount\n"
    "A1,s,b1,2026-11-10 10:00:00,待发货,5\n"
    "A2,s,b2,2026-11-10 10:00:00,待发货,5\n"
    "A3,s,b3,2026-11-10 10:00:00,ON-HOLD,5\n"
    "A4,s,b4,2026-11-10 10:00:00,张伟,5\n"
)


@pytest.fixture(scope="module")
def shop_of_words(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Run a shop whose systems say words of their own."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "feeds").mkdir()
    (folder / "feeds" / "storefront_orders.csv").write_text(ORDERS, encoding="utf-8")
    settings = Settings(as_of=NOON, store=folder / "s.duckdb", feeds=folder / "feeds", locale="en")
    run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    return settings


@pytest.fixture
def own(shop_of_words: Settings, tmp_path: Path) -> Settings:
    """Give the shop rules and a desk that the test changes."""
    desk = SecretStr(str(tmp_path / "words.desk.db"))
    return shop_of_words.overridden(expectations=copied_rules(tmp_path), desk=desk)


@pytest.fixture
def client(own: Settings) -> Iterator[TestClient]:
    with at_this_machine(create_app(own, lambda: datetime.now(UTC))) as opened:
        yield opened


def fields_of(client: TestClient) -> dict[str, str]:
    """Return the fields of the form, and those of words by the word."""
    page = client.get("/sources").text
    words = re.findall(r'name="(meaning\.[0-9a-f]+)" aria-label="(.+?) means"', page)
    found = {html.unescape(word): name for name, word in words}
    for name in ("form_token", "fingerprint"):
        found[name] = re.findall(rf'name="{name}" value="([0-9a-f]+)"', page.split('class="meanings"')[1])[0]
    return found


def save(client: TestClient, fields: dict[str, str], why: str = "asked them", **chosen: str) -> str:
    """Send the form, and return the page that comes back."""
    data = {name: fields[name] for name in ("form_token", "fingerprint")}
    data |= {fields[word]: meaning for word, meaning in chosen.items()} | {"why": why}
    answer = client.post("/sources/words", data=data)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_chosen_meaning_counts_from_the_next_run_on_and_can_be_taken_back(
    client: TestClient, own: Settings
) -> None:
    page = client.get("/sources").text
    assert re.search(r"待发货.*?2 rows", page, re.DOTALL)
    fields = fields_of(client)
    assert {"待发货", "ON-HOLD"} <= fields.keys()
    assert "张伟" not in page
    saved = save(client, fields, 待发货="to_ship")
    assert "storefront_orders.status: 待发货 → to_ship" in saved
    assert "from the next run on: " in saved
    text = (own.expectations / "words.yml").read_text(encoding="utf-8")
    assert text.startswith("# What status words mean")
    assert text.endswith("storefront_orders:\n  status:\n    待发货: to_ship\n")
    assert plan_run(own).contracts["storefront_orders"].columns["status"].meanings == {"待发货": "to_ship"}

    save(client, fields_of(client), **{"ON-HOLD": "on_hold"})
    assert text + "    ON-HOLD: on_hold\n" == (own.expectations / "words.yml").read_text(encoding="utf-8")

    numbers = re.findall(r"/rules/changes/(\d+)/undo", client.get("/sources").text)
    undone = client.post(f"/rules/changes/{numbers[0]}/undo", data={"form_token": fields["form_token"]})
    assert undone.status_code == 200
    assert "Taken back" in undone.text
    assert (own.expectations / "words.yml").read_text(encoding="utf-8") == text
    with PeopleDesk(own.desk_address).looking() as con:
        deeds = con.exec_driver_sql("select verb, value, why from audit order by entry").all()
    assert [tuple(each) for each in deeds if each[1] == "words"] == [
        ("change_rule", "words", "asked them"),
        ("change_rule", "words", "asked them"),
        ("rule_undone", "words", "asked them"),
    ]


def test_what_stands_in_the_way_is_said_and_nothing_is_written(client: TestClient, own: Settings) -> None:
    file = own.expectations / "words.yml"
    before, fields = file.read_text(encoding="utf-8"), fields_of(client)
    assert "Say why" in save(client, fields, "", 待发货="to_ship")
    assert "Choose the meaning" in save(client, fields)
    assert "is no status of storefront_orders" in html.unescape(save(client, fields, 待发货="nonsense"))
    assert file.read_text(encoding="utf-8") == before
    file.write_text(before.replace("{}", "payments: {status: {ok: succeeded}}"), encoding="utf-8")
    conflict = save(client, fields, 待发货="to_ship")
    assert "The file was changed meanwhile" in conflict
    assert '<option value="to_ship" selected>' in conflict
    save(client, fields_of(client), 待发货="to_ship")
    text = file.read_text(encoding="utf-8")
    assert "payments: {status: {ok: succeeded}}\nstorefront_orders:\n  status:\n    待发货: to_ship\n" in text


def test_programs_map_words_and_take_that_back(client: TestClient, own: Settings) -> None:
    words = client.get("/api/v1/words").json()["words"]
    assert [(each["word"], each["rows"], each["hidden"]) for each in words] == [
        ("待发货", 2, False),
        ("ON-HOLD", 1, False),
        ("张***", 1, True),
    ]
    assert words[1]["near"] == ["on_hold"]
    token = {"x-form-token": fields_of(client)["form_token"]}
    word = {"feed": "storefront_orders", "column": "status", "word": "ON-HOLD", "meaning": "on_hold"}
    body = {"words": [word], "why": "by the platform's documents"}
    change = client.post("/api/v1/words", json=body, headers=token)
    assert (change.status_code, change.json()["state"]) == (201, "published")
    assert client.post("/api/v1/words", json=body, headers=token).status_code == 409
    for wrong in ({"meaning": "gone"}, {"feed": "orders"}, {"column": "amount"}, {"word": "paid"}):
        refused = client.post("/api/v1/words", json=body | {"words": [word | wrong]}, headers=token)
        assert refused.status_code == 422, wrong
    path = f"/api/v1/words/changes/{change.json()['change']}/undo"
    assert client.post(path, headers=token).json()["state"] == "undone"
    assert client.post(path, headers=token).status_code == 409
    assert "ON-HOLD" not in (own.expectations / "words.yml").read_text(encoding="utf-8")


def test_the_next_run_takes_the_rows(shop_of_words: Settings, tmp_path: Path) -> None:
    settings = shop_of_words.overridden(
        expectations=copied_rules(tmp_path),
        store=tmp_path / "s.duckdb",
        desk=SecretStr(str(tmp_path / "words.desk.db")),
    )
    run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
    with at_this_machine(create_app(settings, lambda: datetime.now(UTC))) as client:
        save(client, fields_of(client), 待发货="to_ship")
        run_pipeline(plan_run(settings), NOON, StageTimes(lambda: 0.0))
        words = client.get("/api/v1/words").json()["words"]
        assert [each["word"] for each in words] == ["ON-HOLD", "张***"]
