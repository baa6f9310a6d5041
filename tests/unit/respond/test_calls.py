"""The list of calls: who is one customer, and when a role hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from orderhealth_pipeline.report.notice import Notice
from orderhealth_pipeline.respond.actions.calls import (
    MOST_LINES,
    ToldBefore,
    call_list,
    is_calling_time,
    is_due,
)
from orderhealth_pipeline.respond.messages.notice_wording import compose_notice

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPANS = ((time(9), time(12)), (time(13), None))


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(8, 59, False), (9, 0, True), (12, 0, False), (13, 0, True), (23, 59, True)],
)
def test_people_are_called_within_the_hours_alone(hour: int, minute: int, *, expected: bool) -> None:
    now = datetime(2026, 11, 10, hour, minute, tzinfo=ZONE).astimezone(UTC)
    assert is_calling_time(now, SPANS, ZONE) is expected


@pytest.mark.parametrize(
    ("before", "actions", "expected"),
    [
        (None, ["a"], True),
        (None, [], False),
        (ToldBefore(NOON - 20 * HOUR, ["a"]), ["a"], True),
        (ToldBefore(NOON - 2 * HOUR, ["a"]), ["a"], False),
        (ToldBefore(NOON - 2 * HOUR, ["a", "b"]), ["a"], False),
        (ToldBefore(NOON - 2 * HOUR, ["a"]), ["a", "b"], True),
        (ToldBefore(NOON - HOUR / 2, ["a"]), ["a", "b"], False),
    ],
)
def test_the_list_comes_once_a_day_and_again_with_somebody_new(
    before: ToldBefore | None, actions: list[str], *, expected: bool
) -> None:
    assert is_due(NOON, actions, before, ZONE) is expected


def calls(*rows: tuple[str, str | None, str | None, str | None]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows,
        dict.fromkeys(("order_id", "buyer_id", "receiver", "phone"), pl.String),
        orient="row",
    )
    return frame.with_columns(
        action_id=pl.format("a-{}", "order_id"),
        reason=pl.lit("late"),
        due_at=pl.lit(None, pl.Datetime("us", "UTC")),
    )


def test_one_number_one_line_and_nobody_is_shown() -> None:
    found = call_list(
        calls(
            ("1", "ann", "张三丰", "13812345678"),
            ("2", "guest of ann", "张三丰", "+86 138-1234-5678"),
            ("3", "bob", "李四光", "139****0000"),
            ("4", "bob", "李四光", "139****0000"),
            ("5", None, None, None),
        ),
        "en",
    )
    shown = [(line.customer, line.orders, line.first_order) for line in found.lines]
    assert shown == [("张*** 138****5678", 2, "1"), ("李*** 139****0000", 2, "3"), ("(no phone)", 1, "5")]
    assert set(found.told) == {"a-1", "a-2", "a-3", "a-4", "a-5"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_long_list_says_how_many_are_left(locale: str) -> None:
    found = call_list(calls(*((str(n), f"b{n}", None, None) for n in range(MOST_LINES + 5))), "en")
    notice = Notice.model_validate(
        {
            "kind": "report",
            "subject": "calls:order_service",
            "locale": locale,
            "as_of": NOON,
            "time_zone": "Asia/Shanghai",
            "role": "order service",
            "calls": found,
        }
    )
    lines = compose_notice(Notice.model_validate_json(notice.model_dump_json()))
    assert str(MOST_LINES + 5) in lines.title
    assert len(lines.causes) == MOST_LINES
    assert "5" in lines.footnotes[0]
