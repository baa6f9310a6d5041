"""Files that nobody read are named as people read them, and no more of them than they read."""

from __future__ import annotations

from typing import get_args

import pytest

from orderhealth_pipeline.ingest.files.unread import UnreadFile, WhyUnread
from orderhealth_pipeline.report.words.unread import unread_lines
from orderhealth_pipeline.words import Locale


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("why", get_args(WhyUnread))
def test_every_reason_is_said_in_both_languages(why: WhyUnread, locale: Locale) -> None:
    (line,) = unread_lines([UnreadFile("payment.csv", why, "payments.csv")], locale)
    assert line.startswith("payment.csv ")
    assert "payments.csv" in line


def test_a_guess_that_is_the_name_itself_is_not_said() -> None:
    (line,) = unread_lines([UnreadFile("payments.csv", "not_asked", "payments.csv")], "en")
    assert line.count("payments.csv") == 1


def test_the_rest_of_many_is_counted() -> None:
    lines = unread_lines([UnreadFile(f"{n}.csv", "unknown_name") for n in range(23)], "en")
    assert len(lines) == 21
    assert lines[-1] == "3 more files were not read."
