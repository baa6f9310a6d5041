"""Every command of the documents works, in the order in which a reader comes across it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.integration.docs.conftest import Shell
from tests.integration.docs.pages import CHECKOUT, Page, written_pages

# The programs really run, and each run asks Great Expectations, whose import alone takes 5 seconds.
pytestmark = pytest.mark.slow

README = Page(CHECKOUT / "README.md")
DAGSTER = Page(CHECKOUT / "docs" / "dagster.md")
CONTRIBUTING = Page(CHECKOUT / "CONTRIBUTING.md")
ABOUT_A_PROJECT = {
    "docs/actions.md",
    "docs/alerts.md",
    "docs/configuration.md",
    "docs/cases.md",
    "docs/desk.md",
    "docs/channels.md",
    "docs/language.md",
    "docs/reports.md",
    "docs/store.md",
}

# README.zh.md has the same blocks as README.md: tests/unit/test_docs_facts.py compares them.
RUN_ELSEWHERE = {"README.md", "README.zh.md", "CONTRIBUTING.md"}
ON_REAL_DATA = {"docs/adapters.md"}
OTHERS = [
    pytest.param(page, id=page.name, marks=[pytest.mark.real_data] if page.name in ON_REAL_DATA else [])
    for page in written_pages()
    if page.script() and page.name not in RUN_ELSEWHERE
]


def test_the_readme_leads_from_the_first_command_to_a_score_of_the_readers_own_files(
    checkout: Path, shell: Shell
) -> None:
    printed = shell(README.script(), checkout)
    project = checkout / "my-shop"
    assert "A1002" in printed
    assert (project / "reports" / "risk-report.html").is_file()
    with duckdb.connect(project / "orderhealth.published.duckdb", read_only=True) as store:
        query = "select score::varchar from health_score where as_of = '2026-11-10 10:00:00+08'"
        assert store.execute(query).fetchall() == [("70.00",)]


def test_contributors_get_their_rule_and_their_feed(checkout: Path, shell: Shell) -> None:
    shell(CONTRIBUTING.script(), checkout)
    assert "disagree with" not in shell("orderhealth rules check 2>&1", checkout)
    assert (checkout / "docs" / "rules" / "parcel_lost.md").is_file()
    assert (checkout / ".git" / "hooks" / "pre-commit").is_file()
    feeds = checkout / "feeds"
    feeds.mkdir()
    _write(
        feeds / "storefront_orders.csv", "order_id,buyer_id,placed_at,status,amount", "A,U,2026-11-10,paid,1"
    )
    _write(feeds / "compensations.csv", "compensation_id,order_id,paid_out_at,amount", "C,A,2026-11-11,5")
    shell("orderhealth run --feeds feeds --store shop.duckdb", checkout)
    with duckdb.connect(checkout / "shop.duckdb", read_only=True) as store:
        assert store.sql("select compensation_id from feeds.compensations").fetchall() == [("C",)]


@pytest.mark.parametrize("page", OTHERS)
def test_the_commands_of_a_page_work(page: Page, request: pytest.FixtureRequest, shell: Shell) -> None:
    place = "project" if page.name in ABOUT_A_PROJECT else "checkout"
    shell(page.script(), request.getfixturevalue(place))


def test_what_make_demo_calls_works_with_a_smaller_shop(checkout: Path, shell: Shell) -> None:
    calls = [
        line for line in shell("make demo", checkout).splitlines() if line.startswith(".venv/bin/orderhealth")
    ]
    assert calls == [".venv/bin/orderhealth demo"]
    assert ".venv/bin/orderhealth demo --locale zh" in shell("make demo LOCALE=zh", checkout).splitlines()
    printed = shell(f"{calls[0]} --orders 500", checkout)
    assert str(checkout / "demo" / "risk-report.html") in printed
    assert "make dev" in printed


def test_what_make_dev_opens_is_there(checkout: Path, shell: Shell) -> None:
    printed = shell("make dev", checkout)
    assert "dagster_instance.yaml" in printed
    assert "orderhealth_pipeline.defs.server.dev_server" in printed
    for file in ("dagster_instance.yaml", "workspace.yaml"):
        assert (checkout / file).is_file()


def test_the_services_of_dagster_understand_how_they_are_called(checkout: Path, shell: Shell) -> None:
    blocks = [block.text for block in DAGSTER.blocks if block.language == "ini"]
    calls = [call for text in blocks for call in re.findall(r"/srv/orderhealth/\.venv/bin/(.+)", text)]
    once, *services = calls
    assert once == "dagster instance migrate"
    assert {call.split()[0] for call in services} == {"dagster-daemon", "dagster-webserver"}
    assert all("orderhealth_pipeline.definitions" in call for call in services)
    for call in calls:
        shell(f"{call} --help", checkout)


def _write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
