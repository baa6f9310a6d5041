"""Which files of a folder are whose, in which order, and what of the rest is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.files.discover import feed_files
from orderhealth_pipeline.ingest.files.unread import UnreadFile, unread_files

CONTRACTS = feed_contracts()


def names(folder: Path, feed: str = "payments") -> list[str]:
    return [file.name for file in feed_files(folder, feed)]


def unread(folder: Path, *ours: Path) -> dict[str, UnreadFile]:
    read = [file.path for feed in CONTRACTS for file in feed_files(folder, feed)]
    return {file.path: file for file in unread_files(folder, read, ours, CONTRACTS)}


def put(folder: Path, *below: str) -> None:
    for name in below:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("payment_id\n")


@pytest.mark.parametrize(
    "newer",
    [
        "payments (1).csv",
        "payments(1).csv",
        "payments（1）.csv",
        "payments-2.csv",
        "payments_2.csv",
        "payments 2.csv",
        "payments.1.csv",
        "payments - 副本.csv",
        "payments-副本.csv",
        "payments - Copy.csv",
        "payments - Copy (2).csv",
        "payments copy.csv",
        "payments_new.csv",
        "payments(1).xlsx",
        "payments_20261111.csv.gz",
        "Payments (1).CSV",
    ],
)
def test_a_copy_that_was_loaded_down_again_is_later(tmp_path: Path, newer: str) -> None:
    put(tmp_path, "payments.csv", newer)
    assert names(tmp_path) == ["payments.csv", newer]


def test_copies_of_copies_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    in_order = [
        "payments_2026-11-10.csv",
        "payments_2026-11-10 (1).csv",
        "payments_2026-11-10 (2).csv",
        "payments_2026-11-10 (10).csv",
        "payments_2026-11-11.csv",
    ]
    put(tmp_path, *reversed(in_order))
    assert names(tmp_path) == in_order


@pytest.mark.parametrize(
    "name",
    [
        ".payments.csv",
        "payments/.hidden.csv",
        "payments/.git/payments.csv",
        "payments/__MACOSX/payments.csv",
        "payments/@eaDir/payments.csv",
        "payments/.sync/old/payments.csv",
        "payments/~$payments.xlsx",
        "~payments.csv",
    ],
)
def test_hidden_and_temporary_files_and_folders_are_no_data(tmp_path: Path, name: str) -> None:
    put(tmp_path, "payments.csv", name)
    assert names(tmp_path) == ["payments.csv"]


@pytest.mark.parametrize(
    ("name", "why", "guess"),
    [
        ("payment.csv", "unknown_name", "payments.csv"),
        ("payment_2026-11-10.csv", "unknown_name", "payments_2026_11_10.csv"),
        ("erp_order.csv", "unknown_name", "erp_orders.csv"),
        ("erporders.csv", "unknown_name", "erp_orders.csv"),
        ("storefrontorders.csv", "unknown_name", "storefront_orders.csv"),
        ("Copy of payments.csv", "unknown_name", "payments.csv"),
        ("支付流水.csv", "unknown_name", "payments.csv"),
        ("whatever.csv", "unknown_name", None),
        ("notes.docx", "unknown_name", None),
        ("Payments/p.csv", "unknown_name", "payments/p.csv"),
        ("payment/p.csv", "unknown_name", "payments/p.csv"),
        ("payments/p.xls", "save_as", "payments/p.xlsx"),
        ("payments.xls", "save_as", "payments.xlsx"),
        ("payments_2.json", "save_as", "payments_2.jsonl"),
        ("payments.tsv", "rename", "payments.csv"),
        ("payments.txt", "rename", "payments.csv"),
        ("tms_events.jsonl.gz", "unpack", "tms_events.jsonl"),
        ("payments.csv.zip", "unpack", "payments.csv"),
        ("payments.csv.txt", "rename", "payments.csv"),
        ("payments", "unknown_name", "payments.csv"),
        ("payments.dat", "unknown_name", "payments.csv"),
        ("payments_2026.11.10", "unknown_name", "payments_2026.11.10.csv"),
        ("payments.csv.bak", "unknown_name", "payments.csv"),
        ("payments.pdf", "save_as", "payments.csv"),
        ("payments.html", "save_as", "payments.csv"),
        ("payments.csv.part", "unfinished", "payments.csv"),
        ("payments.csv.gz.filepart", "unfinished", "payments.csv.gz"),
        ("payments.xlsx.crdownload", "unfinished", "payments.xlsx"),
        ("payments.tmp", "unfinished", "payments.csv"),
        ("payments.csv~", "of_editor", None),
        ("#payments.csv#", "of_editor", None),
        ("payments.csv.lock", "of_editor", None),
        (".payments.csv", "hidden", "payments.csv"),
        (".payments.csv.part", "hidden", "payments.csv"),
    ],
)
def test_what_is_not_read_is_named_with_a_guess(
    tmp_path: Path, name: str, why: str, guess: str | None
) -> None:
    put(tmp_path, "storefront_orders.csv", name)
    (found,) = unread(tmp_path).values()
    assert (found.path, found.why, found.guess) == (name, why, guess)


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "._payments.csv",
        "~$payments.xlsx",
        ".~lock.payments.csv#",
        ".payments.csv.swp",
        "payments/.payments.csv.swo",
        ".#payments.csv",
        "Thumbs.db",
        "__MACOSX/._payments.csv",
        ".git/config",
        "@eaDir/payments.csv/x",
        "truth.csv",
    ],
)
def test_what_systems_leave_behind_is_not_worth_a_word(tmp_path: Path, name: str) -> None:
    put(tmp_path, "storefront_orders.csv", name)
    assert unread(tmp_path) == {}


def test_what_is_the_programs_own_is_not_named(tmp_path: Path) -> None:
    put(tmp_path, "storefront_orders.csv", "orderhealth.duckdb", "reports/index.html")
    assert unread(tmp_path, tmp_path / "orderhealth.duckdb", tmp_path / "reports") == {}


def test_a_link_that_leaves_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    put(feeds, "storefront_orders.csv", "2026/real.csv")
    (tmp_path / "secret.csv").write_text("password\n")
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path, "elsewhere/x.csv")
    (feeds / "payments_2.csv").symlink_to(tmp_path / "secret.csv")
    (feeds / "payments_3.csv").symlink_to("/proc/self/environ")
    (feeds / "payments_4.csv").symlink_to(feeds / "nowhere.csv")
    (feeds / "payments_5.csv").symlink_to("2026/real.csv")
    (feeds / "returns").symlink_to(tmp_path / "elsewhere")
    (feeds / "notes.csv").symlink_to(tmp_path / "secret.csv")
    assert {file.name: file.is_refused for file in feed_files(feeds, "payments")} == {
        "payments_2.csv": True,
        "payments_3.csv": True,
        "payments_4.csv": True,
        "payments_5.csv": False,
    }
    assert names(feeds, "returns") == []
    found = {path: file.why for path, file in unread(feeds).items()}
    assert found == {"2026/real.csv": "unknown_name", "notes.csv": "refused_link", "returns": "refused_link"}


def test_a_feeds_folder_may_be_a_link_itself(tmp_path: Path) -> None:
    put(tmp_path / "exports", "payments.csv", "payments/2.csv", "other.csv")
    (tmp_path / "feeds").symlink_to("exports")
    assert names(tmp_path / "feeds") == ["payments.csv", "payments/2.csv"]
    assert list(unread(tmp_path / "feeds")) == ["other.csv"]


def test_pipes_and_devices_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "payments.csv")
    (tmp_path / "payments").mkdir()
    os.mkfifo(tmp_path / "payments" / "2.csv")
    assert names(tmp_path) == []
    assert {path: file.why for path, file in unread(tmp_path).items()} == {
        "payments.csv": "no_file",
        "payments/2.csv": "no_file",
    }


def test_a_name_that_is_no_utf8_has_a_name_all_the_same(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"payments_\xd6\xd0.csv")).write_text("x\n")
    (tmp_path / os.fsdecode(b"\xd6\xd0.csv")).write_text("x\n")
    (tmp_path / "payments_\x1b[2J.csv").write_text("x\n")
    assert names(tmp_path) == ["payments_\\x1b[2J.csv", "payments_\\xd6\\xd0.csv"]
    assert list(unread(tmp_path)) == ["\\xd6\\xd0.csv"]
