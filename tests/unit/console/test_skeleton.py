"""The console's frame: routes, languages, headers, static files, machines' questions, failures."""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from starlette.requests import Request
from starlette.testclient import TestClient

from orderhealth_pipeline.console.app import create_app
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.registry import PAGES
from orderhealth_pipeline.console.static_files import StaticFiles, with_chosen_looks
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.settings import Settings
from tests.unit.console.conftest import at_this_machine

VENDOR = Path(__file__).parents[3] / "orderhealth_pipeline" / "console" / "static" / "vendor"


def test_the_first_page_shows_the_score_of_the_newest_evaluation(console: TestClient) -> None:
    page = console.get("/")
    assert page.status_code == 200
    assert "Order health" in page.text
    assert re.search(r"\d\d\.\d\d", page.text)


def test_a_page_that_is_open_gets_its_main_part_alone(console: TestClient) -> None:
    part = console.get("/", headers={"HX-Request": "true"}).text
    assert "<main" in part
    assert "<nav" not in part


def test_the_language_that_was_chosen_is_kept(console: TestClient) -> None:
    with_choice = console.get("/?lang=zh")
    assert 'lang="zh-CN"' in with_choice.text
    assert 'lang="zh-CN"' in console.get("/").text
    console.cookies.clear()
    assert 'lang="en"' in console.get("/").text


def test_nothing_inline_is_needed_and_every_answer_says_so(console: TestClient) -> None:
    for page in PAGES:
        if "{" in page.path or "GET" not in page.methods:
            continue
        answer = console.get(page.path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        nonce = re.findall(r"'nonce-([^']+)'", policy)[0]
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", answer.text)
        assert all(f'nonce="{nonce}"' in tag for tag in re.findall(r"<script[^>]*>", answer.text))
        assert not re.search(r"<script[^>]*>[^<]", answer.text)
        assert not re.search(r'(?:src|href)="https?:', answer.text)


def test_static_files_are_kept_for_ever_and_sent_compressed(console: TestClient) -> None:
    paths = re.findall(r'(?:src|href)="(/static/[^"#]+)"', console.get("/").text)
    assert len(set(paths)) <= 5
    for path in paths:
        answer = console.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        plain = console.get(path, headers={"accept-encoding": "identity"})
        assert plain.content == answer.content
    assert console.get("/static/console.000000000000.js").status_code == 404


def test_the_script_of_all_pages_is_small() -> None:
    assert len(gzip.compress(StaticFiles().content("console.js"))) < 25_000


def test_chosen_looks_win_over_those_of_the_system() -> None:
    style = with_chosen_looks("a{}\n@media (prefers-color-scheme: dark) {\n  :root { --x: 1; }\n}\n")
    assert "html:not(.light) {\n  & { --x: 1; }" in style
    assert "html.dark {\n  & { --x: 1; }" in style


def test_the_javascript_of_others_is_what_its_list_says_and_has_licences() -> None:
    listed = yaml.safe_load((VENDOR / "vendor.yml").read_text(encoding="utf-8"))
    assert {file.name for file in VENDOR.glob("*.js")} == set(listed)
    for name, source in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == source["sha256"]
        assert "Permission" in (VENDOR / "licences" / source["licence"]).read_text(encoding="utf-8")


def test_machines_learn_how_it_is(console: TestClient) -> None:
    assert console.get("/healthz").json()["status"] == "ok"
    metrics = console.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    figures = dict(line.rsplit(" ", 1) for line in metrics.text.splitlines() if not line.startswith("#"))
    assert 0 < float(figures["orderhealth_score"]) <= 100
    assert figures["orderhealth_up"] == "1"
    assert any(key.startswith('orderhealth_open_findings{rule="paid_not_in_erp"') for key in figures)


def test_a_shop_that_was_never_run_is_told_the_way_out(empty_console: TestClient) -> None:
    page = empty_console.get("/")
    assert page.status_code == 503
    assert "orderhealth run" in page.text
    assert empty_console.get("/healthz").json() == {"status": "ok", "evaluation": 0}
    assert "orderhealth_up 0" in empty_console.get("/metrics").text


def test_a_page_that_is_not_there_says_so(console: TestClient) -> None:
    answer = console.get("/nothing-here")
    assert answer.status_code == 404
    assert "no such page" in answer.text


class _Named:
    """Lets in whom it was told of."""

    sign_in: str | None = "/sign-in"

    def __init__(self, person: Person | None) -> None:
        self._person = person

    def who(self, request: Request) -> Person | None:  # noqa: ARG002 - all requests are alike
        return self._person

    def write(self, deed: Deed) -> None:
        """Keep no log."""

    def titles(self) -> dict[str, str]:
        """Know nobody by another name."""
        return {}

    def looked(self, person: Person, what: str, value: str) -> None:
        """Keep no log."""


@pytest.mark.parametrize(
    ("person", "status"),
    [(None, 303), (Person("cy", frozenset()), 403), (Person("di", frozenset({"look"})), 200)],
)
def test_nobody_sees_what_they_may_not(shop: Settings, person: Person | None, status: int) -> None:
    app = create_app(shop, lambda: datetime.now(UTC), _Named(person))
    with TestClient(app, follow_redirects=False) as client:
        answer = client.get("/")
        assert answer.status_code == status
        assert "location" not in answer.headers or answer.headers["location"] == "/sign-in?next=/"
        if status == 303:
            assert client.get("/api/v1/events").status_code == 401


def test_without_an_account_only_this_machine_gets_in(shop: Settings) -> None:
    app = create_app(shop, lambda: datetime.now(UTC))
    with TestClient(app, client=("192.0.2.7", 5000), follow_redirects=False) as elsewhere:
        assert elsewhere.get("/").headers["location"] == "/sign-in?next=/"


def test_no_two_pages_say_different_things_under_one_key() -> None:
    folder = VENDOR.parents[1]
    files = (folder / "words.yml", *sorted((folder / "pages").glob("*.yml")))
    keys = [key for file in files for key in yaml.safe_load(file.read_text(encoding="utf-8"))["words"]]
    assert sorted(keys) == sorted(set(keys))


def test_a_fault_of_the_program_is_a_page_that_says_so(tmp_path: Path) -> None:
    class Broken(_Named):
        def who(self, request: Request) -> Person | None:
            raise RuntimeError(f"secret of {request.url}")

    settings = Settings(store=tmp_path / "s.duckdb", feeds=tmp_path, locale="zh")
    app = create_app(settings, lambda: datetime.now(UTC), Broken(None))
    with at_this_machine(app, raise_server_exceptions=False) as browser:
        answer = browser.get("/")
    assert answer.status_code == 500
    assert "程序的错误" in answer.text
    assert "secret" not in answer.text
