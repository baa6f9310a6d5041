"""Given findings, what people said and what the systems show, a step says what is to be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from orderhealth_pipeline.respond.actions.action_frames import ACTIONS, CAUSES, INTENTS, RECEIPTS
from orderhealth_pipeline.respond.actions.step import Situation, step
from orderhealth_pipeline.respond.actions.words import spoken_actions
from orderhealth_pipeline.said import Said, SaidKind, said_frame

T = datetime(2026, 11, 10, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING = pl.DataFrame(schema=ACTIONS)
RESPONSES = pl.DataFrame(
    [
        ("low_price", "hold_shipment", 2),
        ("buyer_burst", "hold_shipment", 2),
        ("late", "call_customer", 1),
        ("late", "reship", 0),
    ],
    schema={"rule_id": pl.String, "type": pl.String, "position": pl.Int64},
    orient="row",
)
INTENT_ROWS = [
    ("hold_shipment", "wms", 1, 24, "release_hold", False),
    ("release_hold", "wms", 0, None, None, False),
    ("call_customer", "calls", 0, None, None, True),
    ("reship", None, 1, None, None, False),
]


def situation(
    *causes: tuple[str, str, int],
    said: list[Said] | None = None,
    at: datetime = T,
    seen: list[str] | None = None,
    receipts: list[tuple[str, bool, str]] | None = None,
    owned_cases: list[str] | None = None,
) -> Situation:
    rows = [(order, rule, f"case-{order}", episode) for order, rule, episode in causes]
    words = [Said(**{**vars(word), "entry": number}) for number, word in enumerate(said or [], start=1)]
    return Situation(
        causes=pl.DataFrame(rows, schema=CAUSES, orient="row"),
        responses=RESPONSES,
        intents=pl.DataFrame(INTENT_ROWS, schema=INTENTS, orient="row"),
        spoken=spoken_actions(said_frame(words), at),
        seen=pl.DataFrame({"action_id": seen or []}, schema={"action_id": pl.String}),
        receipts=pl.DataFrame(receipts or [], schema=RECEIPTS, orient="row"),
        owned_cases=pl.DataFrame({"case_id": owned_cases or []}, schema={"case_id": pl.String}),
    )


def word(kind: SaidKind, action: str, who: str = "wang", at: datetime = T) -> Said:
    return Said(kind, who, "because", at, "action", action)


def states(actions: pl.DataFrame) -> list[tuple[str, str, str]]:
    return [(row["order_id"], row["type"], row["state"]) for row in actions.iter_rows(named=True)]


def sent(actions: pl.DataFrame, at: datetime, state: str = "sent", **changes: Any) -> pl.DataFrame:
    lasts = pl.when(pl.col("type") == "hold_shipment").then(pl.lit(at + 24 * HOUR))
    return actions.with_columns(
        state=pl.lit(state),
        sent_at=pl.lit(at, ACTIONS["sent_at"]),
        expires_at=lasts.cast(ACTIONS["expires_at"]),
        **{name: pl.lit(value) for name, value in changes.items()},
    )


def only_id(actions: pl.DataFrame) -> str:
    found: str = actions["action_id"].item()
    return found


CAUSE = ("A", "low_price", 1)


def test_a_finding_asks_for_its_responses_in_their_order_and_once() -> None:
    first = step(NOTHING, situation(("A", "late", 1)), T)
    assert states(first) == [("A", "reship", "proposed"), ("A", "call_customer", "approved")]
    assert first.schema == ACTIONS
    assert step(first, situation(("A", "late", 1)), T + HOUR).equals(first)


def test_the_key_names_order_rule_episode_and_type_in_ascii_without_full_stops() -> None:
    found = step(NOTHING, situation(("订单.1", "low_price", 3)), T)
    assert found["idempotency_key"].item() == "hold_shipment/low_price/3/%E8%AE%A2%E5%8D%95%2E1"


def test_a_new_episode_is_a_new_action() -> None:
    first = sent(step(NOTHING, situation(CAUSE), T), T).with_columns(state=pl.lit("confirmed"))
    again = step(first, situation(("A", "low_price", 2)), T + HOUR)
    assert states(again) == [("A", "hold_shipment", "confirmed"), ("A", "hold_shipment", "proposed")]
    assert again["action_id"].n_unique() == 2


def test_what_was_not_sent_is_withdrawn_when_its_cause_goes() -> None:
    first = step(NOTHING, situation(CAUSE), T)
    assert states(step(first, situation(), T + HOUR)) == [("A", "hold_shipment", "withdrawn")]


def test_one_person_approves_and_another_rejects() -> None:
    first = step(NOTHING, situation(CAUSE, ("B", "low_price", 1)), T)
    a, b = first["action_id"]
    now = situation(
        CAUSE, ("B", "low_price", 1), said=[word("action_approved", a), word("action_rejected", b)]
    )
    after = step(first, now, T + HOUR)
    assert after["state"].to_list() == ["approved", "rejected"]
    assert after["approved_by"].to_list() == ["wang", None]
    assert after["last_error"].to_list() == [None, "wang: because"]


def test_an_approval_that_is_taken_back_before_sending_counts_no_more() -> None:
    first = step(NOTHING, situation(CAUSE), T)
    approval = word("action_approved", only_id(first))
    approved = step(first, situation(CAUSE, said=[approval]), T + HOUR)
    undone = Said("undone", "wang", "x", T + HOUR, "entry", "1")
    after = step(approved, situation(CAUSE, said=[approval, undone], at=T + 2 * HOUR), T + 2 * HOUR)
    assert states(approved) == [("A", "hold_shipment", "approved")]
    assert states(after) == [("A", "hold_shipment", "proposed")]


def test_what_was_sent_is_confirmed_by_a_record_alone() -> None:
    first = sent(step(NOTHING, situation(CAUSE), T), T)
    assert states(step(first, situation(CAUSE), T + HOUR)) == [("A", "hold_shipment", "sent")]
    after = step(first, situation(CAUSE, seen=[only_id(first)]), T + HOUR)
    assert states(after) == [("A", "hold_shipment", "confirmed")]
    assert after["confirmed_at"].item() == T + HOUR


def test_a_receipt_confirms_a_call_and_refuses_anything() -> None:
    first = sent(step(NOTHING, situation(("A", "late", 1)), T), T)
    call = first.filter(type="call_customer")["action_id"].item()
    reship = first.filter(type="reship")["action_id"].item()
    receipts = [(call, True, "li: spoke"), (reship, False, "li: sold out")]
    after = step(first, situation(("A", "late", 1), receipts=receipts), T + HOUR)
    assert states(after) == [("A", "reship", "rejected"), ("A", "call_customer", "confirmed")]
    assert after["last_error"].to_list() == ["li: sold out", None]


def test_one_release_follows_when_the_cause_of_a_sent_hold_goes() -> None:
    for state in ("sent", "unknown", "confirmed"):
        held = sent(step(NOTHING, situation(CAUSE), T), T, state)
        after = step(held, situation(), T + HOUR)
        assert states(after) == [("A", "hold_shipment", state), ("A", "release_hold", "approved")]
        assert states(step(after, situation(), T + 2 * HOUR)) == states(after)


def test_a_hold_that_was_refused_is_not_released() -> None:
    refused = sent(step(NOTHING, situation(CAUSE), T), T, "rejected")
    assert states(step(refused, situation(), T + HOUR)) == [("A", "hold_shipment", "rejected")]


def test_a_hold_with_two_causes_is_released_once_when_the_last_one_goes() -> None:
    both = CAUSE, ("A", "buyer_burst", 1)
    held = sent(step(NOTHING, situation(*both), T), T)
    assert step(held, situation(CAUSE), T + HOUR)["type"].to_list() == ["hold_shipment"] * 2
    after = step(held, situation(), T + HOUR)
    assert after["type"].to_list() == ["hold_shipment"] * 2 + ["release_hold"]


def test_a_hold_expires_after_24_hours_unless_somebody_owns_it() -> None:
    held = sent(step(NOTHING, situation(CAUSE), T), T)
    late = T + 24 * HOUR
    assert step(held, situation(CAUSE), late - timedelta(seconds=1)).height == 1
    assert states(step(held, situation(CAUSE), late))[1:] == [("A", "release_hold", "approved")]
    owner = word("action_owned", only_id(held))
    assert step(held, situation(CAUSE, said=[owner], at=late), late).height == 1
    assert step(held, situation(CAUSE, owned_cases=["case-A"]), late).height == 1


def test_a_hold_that_nobody_approved_in_24_hours_is_withdrawn() -> None:
    first = step(NOTHING, situation(CAUSE), T)
    assert states(step(first, situation(CAUSE), T + 24 * HOUR)) == [("A", "hold_shipment", "withdrawn")]


def test_a_second_episode_is_held_and_released_again() -> None:
    held = sent(step(NOTHING, situation(CAUSE), T), T)
    released = step(held, situation(), T + HOUR)
    released = pl.concat([released.head(1), sent(released.tail(1), T + HOUR, "confirmed")])
    again = step(released, situation(("A", "low_price", 2)), T + 2 * HOUR)
    assert again["type"].to_list() == ["hold_shipment", "release_hold", "hold_shipment"]
    again = pl.concat([again.head(2), sent(again.tail(1), T + 2 * HOUR)])
    after = step(again, situation(), T + 3 * HOUR)
    assert after["type"].to_list()[-1] == "release_hold"
    assert after.filter(type="release_hold")["action_id"].n_unique() == 2


def test_an_unknown_one_goes_again_only_by_a_word_that_came_after_the_try() -> None:
    first = step(NOTHING, situation(CAUSE), T)
    approval = word("action_approved", only_id(first))
    unknown = sent(first, T + HOUR, "unknown", approved_by="wang")
    later = T + 3 * HOUR
    assert states(step(unknown, situation(CAUSE, said=[approval], at=later), later))[0][2] == "unknown"
    again = word("action_approved", only_id(first), "li", T + 2 * HOUR)
    assert (
        states(step(unknown, situation(CAUSE, said=[approval, again], at=later), later))[0][2] == "approved"
    )
