"""What is paid, since when, and whether all of it went back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.feeds import AS_OF, fact_of

HOUR: Final = timedelta(hours=1)
PAID: Final = {"order_id": "A", "payment_id": "P1", "amount": 100, "paid_at": AS_OF - 3 * HOUR}
LARGEST: Final = Decimal("99999999999999.9999")


def paid(*payments: dict[str, Any]) -> dict[str, Any]:
    return fact_of({"storefront_orders": [{"order_id": "A"}], "payments": list(payments)})


def refund(amount: int, **columns: Any) -> dict[str, Any]:
    return {"order_id": "A", "payment_id": "R1", "amount": amount, "paid_at": AS_OF - HOUR, **columns}


def test_without_an_instant_of_its_own_a_payment_succeeded_when_its_row_says_so() -> None:
    order = paid({**PAID, "paid_at": None, "updated_at": AS_OF - HOUR})

    assert (order["paid_at"], order["paid_amount"], order["stage"]) == (AS_OF - HOUR, 100, "payment")


def test_without_any_instant_it_is_paid_and_nobody_knows_when() -> None:
    order = paid({**PAID, "paid_at": None})

    assert (order["paid_at"], order["paid_amount"], order["was_ever_paid"]) == (None, 100, True)
    assert (order["stage"], order["status_payment"]) == ("payment", "succeeded")


def test_a_payment_that_lies_ahead_has_not_happened_whenever_its_row_was_written() -> None:
    order = paid({**PAID, "paid_at": AS_OF + HOUR, "updated_at": AS_OF - HOUR})

    assert (order["paid_at"], order["paid_amount"], order["was_ever_paid"]) == (None, 0, False)


@pytest.mark.parametrize("status", ["pending", "failed", "closed", "PAYERROR"])
def test_what_did_not_succeed_is_not_paid(status: str) -> None:
    order = paid({**PAID, "status": status})

    assert (order["paid_at"], order["paid_amount"], order["is_refunded"]) == (None, 0, False)


@pytest.mark.parametrize(
    ("payments", "is_refunded"),
    [
        ([{**PAID, "status": "refunded"}], True),
        ([{**PAID, "status": "partially_refunded"}], False),
        ([PAID, refund(-100)], True),
        ([PAID, refund(-99)], False),
        ([PAID, refund(100, refund_of="P1")], True),
        ([PAID, refund(100, refund_of="P1", status="refunded")], True),
        ([PAID, refund(60, refund_of="P1"), refund(-40, payment_id="R2")], True),
        ([PAID, refund(-100, status="pending")], False),
        ([PAID, refund(-100, status="failed")], False),
        ([PAID, refund(-100, paid_at=AS_OF + HOUR)], False),
        ([PAID, refund(-100, paid_at=None)], True),
        # One of two payments: told by its own status, by a row, or by both.
        ([{**PAID, "status": "refunded"}, {**PAID, "payment_id": "P2"}], False),
        ([{**PAID, "status": "refunded"}, {**PAID, "payment_id": "P2"}, refund(100, refund_of="P2")], True),
        ([{**PAID, "status": "refunded"}, {**PAID, "payment_id": "P2"}, refund(100, refund_of="P1")], False),
        ([refund(-100)], False),
    ],
)
def test_an_order_is_refunded_when_its_refunds_reach_what_succeeded(
    payments: list[dict[str, Any]], is_refunded: bool
) -> None:
    order = paid(*payments)

    assert (order["is_refunded"], order["is_active"]) == (is_refunded, not is_refunded)


def test_what_was_paid_stays_what_was_paid() -> None:
    back = paid(PAID, refund(-100))
    told = paid({**PAID, "status": "refunded"})

    for order in (back, told):
        assert (order["paid_at"], order["paid_amount"]) == (AS_OF - 3 * HOUR, 100)
        assert order["status_payment"] == "refunded"
    part = paid(PAID, refund(-1))
    assert (part["paid_amount"], part["status_payment"]) == (100, "partially_refunded")


def test_no_sum_of_payments_overflows() -> None:
    payments = [{**PAID, "payment_id": f"P{n}", "amount": LARGEST} for n in range(20)]
    refunds = [{**refund(0), "payment_id": f"R{n}", "amount": -LARGEST} for n in range(20)]

    assert paid(*payments)["paid_amount"] == 20 * LARGEST
    assert paid(*payments, *refunds)["is_refunded"]
