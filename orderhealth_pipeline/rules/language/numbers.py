"""Numbers as rule files write them: thresholds, weights, parameters.

What belongs here: their types. What does not: what a figure of some unit may be (bounds.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from orderhealth_pipeline.frames import ParameterValue


def _no_truth(value: Any) -> Any:
    """Refuse yes and no, which count as 1 and 0 otherwise."""
    if isinstance(value, bool):
        raise ValueError("a number is expected, not yes or no")  # noqa: TRY004 - pydantic takes a ValueError
    return value


Number = Annotated[
    Decimal, BeforeValidator(_no_truth), Field(allow_inf_nan=False, max_digits=18, decimal_places=6)
]
Count = Annotated[int, BeforeValidator(_no_truth), Field(ge=1, le=1_000_000)]
Parameter = Annotated[ParameterValue, BeforeValidator(_no_truth)]
