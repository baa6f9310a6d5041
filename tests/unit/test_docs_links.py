"""What the documents point at is there: pages, headings, pictures, files, make targets and calls."""

from __future__ import annotations

import re
import subprocess

import click
import pytest

from orderhealth_pipeline.cli import calls
from tests.integration.docs.pages import CHECKOUT, Page, all_pages, written_pages

PAGES = all_pages()
MAKEFILE = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
CODE = "\n".join(
    [
        MAKEFILE,
        *(file.read_text(encoding="utf-8") for file in (CHECKOUT / "orderhealth_pipeline").rglob("*.py")),
    ]
)
INDEX = Page(CHECKOUT / "docs" / "README.md")
PROGRAMS = {"orderhealth", "make", "apt-get", "pytest", "python", "pip", "dagster", "source"}

on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def anchors(page: Page) -> set[str]:
    """The anchors that GitHub gives the page's headings."""
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for _, text in page.headings}


@on_every_page
def test_every_link_and_picture_leads_somewhere(page: Page) -> None:
    for link in page.links:
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.file.parent / path).resolve() if path else page.file
        assert target.exists(), link
        assert not anchor or anchor in anchors(Page(target)), link


@on_every_page
def test_every_file_of_the_checkout_that_is_named_exists(page: Page) -> None:
    for code in page.codes:
        path = code.rstrip("/")
        is_path = (
            re.fullmatch(r"(?!\.\.)[\w.-]+(/[\w.-]+)+", path) and (CHECKOUT / path.split("/")[0]).exists()
        )
        assert not is_path or (CHECKOUT / path).exists(), code


@on_every_page
def test_every_name_of_the_code_that_is_named_exists(page: Page) -> None:
    for code in page.codes:
        is_name = re.fullmatch(r"[A-Z]+(_[A-Z]+)+|([A-Z][a-z]+){2,}", code)
        assert not is_name or re.search(rf"\b{code}\b", CODE), code


@on_every_page
def test_every_call_within_a_sentence_can_be_made(page: Page) -> None:
    for code in page.codes:
        program, *words = code.removeprefix(".venv/bin/").split()
        if program == "orderhealth":
            assert unknown_word(words) is None, code
        elif program == "make" and words:
            assert exists_in_makefile(words[0]), code
        elif program == "apt-get":
            assert set(words[1:]) <= {
                "make",
                "python3",
                "python3-pip",
                "chromium",
                "fonts-noto-cjk",
                "postgresql",
                "mariadb-server",
            }, code
            assert all(word in MAKEFILE for word in words[1:]), code
        else:
            assert program not in PROGRAMS or not words, f"no test knows how to check: {code}"


def test_an_index_leads_to_every_page() -> None:
    linked = {(INDEX.file.parent / link).resolve() for link in INDEX.links}
    assert {page.file for page in written_pages() if page.file.parent.name == "docs"} <= linked | {INDEX.file}


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.name)
def test_every_block_is_a_file_a_command_that_a_test_runs_or_a_drawing(page: Page) -> None:
    for block in page.blocks:
        is_tried = (page.name, block.language) in {("docs/store.md", "sql"), ("docs/dagster.md", "ini")}
        assert block.title or block.language in {"bash", "mermaid"} or is_tried, block.text


def test_the_generated_pages_have_no_commands_in_blocks() -> None:
    generated = [page for page in PAGES if page.file.parent.name == "rules"]
    assert {block.language for page in generated for block in page.blocks} <= {"yaml"}


def unknown_word(words: list[str]) -> str | None:
    """Return the first subcommand or option that `orderhealth` does not have."""
    command: click.Command = calls
    for word in words:
        if isinstance(command, click.Group) and not word.startswith("-"):
            called = command.get_command(click.Context(command), word)
            if called is None:
                return word
            command = called
        elif word.startswith("-") and word not in {name for each in command.params for name in each.opts}:
            return word
    return None


def exists_in_makefile(target: str) -> bool:
    """Ask make, without doing anything."""
    done = subprocess.run(["make", "--dry-run", target], cwd=CHECKOUT, capture_output=True, check=False)
    return done.returncode == 0
