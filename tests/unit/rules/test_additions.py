"""What could be added next: ranked by weight, never a feed that has stopped, nothing counted twice."""

from __future__ import annotations

from orderhealth_pipeline.frames import FeedState
from orderhealth_pipeline.rules.additions import Addition, BlindRule, next_additions, stopped_feeds
from orderhealth_pipeline.rules.blindness import Blindness


def blind(rule_id: str, weight: float, *missing: str, **columns: tuple[str, ...]) -> BlindRule:
    feeds: dict[str, FeedState] = dict.fromkeys(missing, "missing")
    return BlindRule(rule_id, weight, Blindness(feeds=feeds, columns=columns))


def test_what_unlocks_most_comes_first_and_counts_all_that_it_unlocks() -> None:
    overdue, stalled = blind("overdue", 0.45, "wms"), blind("stalled", 0.45, "wms", "tms")
    delivery, price = blind("delivery", 0.7, "tms", "feedback"), blind("price", 0.4, "lines")

    assert next_additions([overdue, stalled, delivery, price]) == (
        Addition((("tms", None), ("wms", None)), ("overdue", "stalled"), 0.9),
        Addition((("feedback", None),), ("delivery",), 0.7),
        Addition((("lines", None),), ("price",), 0.4),
    )


def test_columns_of_feeds_that_there_are_can_be_added_too() -> None:
    address = blind("address", 0.3, storefront=("street", "phone"))
    shared = blind("shared", 0.2, storefront=("street",))

    assert next_additions([shared, address]) == (
        Addition((("storefront", "phone"), ("storefront", "street")), ("shared", "address"), 0.5),
    )


def test_of_two_that_unlock_as_much_the_smaller_one_comes_first() -> None:
    both = [blind("two", 0.3, "wms", "tms"), blind("one", 0.3, "lines")]

    assert [each.rules for each in next_additions(both)] == [("one",), ("two",)]


def test_a_feed_that_has_stopped_is_brought_back_and_not_added() -> None:
    stale = BlindRule("stalled", 0.45, Blindness(feeds={"tms": "stale", "wms": "missing"}))
    damaged = BlindRule("delivery", 0.7, Blindness(feeds={"feedback": "damaged", "tms": "stale"}))

    assert next_additions([stale, damaged]) == ()
    assert stopped_feeds([stale, damaged]) == {"tms": 1.15, "feedback": 0.7}


def test_orders_that_say_too_little_are_nothing_to_add_a_feed_for() -> None:
    assert next_additions([BlindRule("burst", 0.35, Blindness(of_order=("buyer",)))]) == ()
