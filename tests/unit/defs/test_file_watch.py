"""When new feed files call for a run."""

from __future__ import annotations

import os
from pathlib import Path

from orderhealth_pipeline.defs.watch.file_watch import (
    LOOK_EVERY_SECONDS,
    MOST_WAITS,
    Seen,
    fingerprint_of,
    look,
    watch,
)
from orderhealth_pipeline.settings.feeds import FeedSource


def looks(*fingerprints: str | None) -> list[bool]:
    """Look once per fingerprint and give whether each look calls for a run."""
    seen, calls = Seen(), []
    for fingerprint in fingerprints:
        seen, is_called = look(seen, fingerprint)
        calls.append(is_called)
    return calls


def test_a_change_is_run_over_once_it_stayed_the_same_for_two_looks() -> None:
    assert looks("a", "a", "a", "a", "a") == [False, False, True, False, False]


def test_files_that_still_change_are_waited_for() -> None:
    assert looks("a", "b", "b", "c", "c", "c") == [False, False, False, False, False, True]


def test_a_later_change_calls_for_another_run() -> None:
    assert looks("a", "a", "a", "b", "b", "b") == [False, False, True, False, False, True]


def test_a_folder_that_never_rests_is_run_over_all_the_same() -> None:
    calls = looks(*(f"state {number}" for number in range(MOST_WAITS + 2)))
    assert calls == [False] * MOST_WAITS + [True, False]


def test_an_empty_folder_never_calls_for_a_run() -> None:
    assert looks(None, None, None) == [False, False, False]


def test_files_taken_away_and_put_back_are_nothing_new() -> None:
    assert looks("a", "a", "a", None, "a", "a", "a") == [False, False, True, False, False, False, False]


class Clock:
    """A clock that only sleeping moves, and a folder that changes at every look."""

    def __init__(self, *fingerprints: str | None) -> None:
        self.seconds = 0.0
        self.fingerprints = fingerprints

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def fingerprint(self) -> str | None:
        looks = int(self.seconds / LOOK_EVERY_SECONDS)
        return self.fingerprints[min(looks, len(self.fingerprints) - 1)]

    def watch(self, seen: Seen) -> tuple[Seen, bool]:
        return watch(seen, self.fingerprint, seconds=1, clock=lambda: self.seconds, sleep=self.sleep)


def test_a_watch_ends_as_soon_as_the_files_call_for_a_run() -> None:
    folder = Clock("a", "b", "b", "b")
    assert folder.watch(Seen(run_over="a")) == (Seen(run_over="b"), True)
    assert folder.seconds == 3 * LOOK_EVERY_SECONDS


def test_a_watch_ends_in_time_for_the_next_tick() -> None:
    folder = Clock("a", "b", "c", "d", "e", "f")
    seen, is_new = folder.watch(Seen(run_over="a"))
    assert (seen.settling, is_new) == ("e", False)
    assert folder.seconds == 1


def canonical(folder: Path) -> dict[str, FeedSource]:
    return {"payments": FeedSource(path=folder), "erp_orders": FeedSource(path=folder)}


def test_name_size_and_time_of_feed_files_make_the_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text("a")
    states = [fingerprint_of(canonical(tmp_path))]
    file.write_text("ab")
    states.append(fingerprint_of(canonical(tmp_path)))
    os.utime(file, (0, 0))
    states.append(fingerprint_of(canonical(tmp_path)))
    file.rename(tmp_path / "payments_2.csv")
    states.append(fingerprint_of(canonical(tmp_path)))
    assert None not in states
    assert len(set(states)) == 4


def test_files_of_no_feed_hidden_ones_and_missing_folders_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a")
    (tmp_path / ".payments.csv").write_text("a")
    assert fingerprint_of(canonical(tmp_path)) is None
    assert fingerprint_of(canonical(tmp_path / "nowhere")) is None
    assert fingerprint_of({"payments": FeedSource()}) is None


def test_of_an_adapters_folder_every_file_counts(tmp_path: Path) -> None:
    (tmp_path / "olist_orders_dataset.csv").write_text("a")
    assert fingerprint_of({"payments": FeedSource(path=tmp_path, adapter="olist")}) is not None
