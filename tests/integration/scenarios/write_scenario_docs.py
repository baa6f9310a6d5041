"""Writes docs/scenarios.md anew: `python -m tests.integration.scenarios.write_scenario_docs`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from tests.integration.scenarios.measured import ORDERS, SCENARIOS, SEED, Measured, measure

PAGE: Final = Path(__file__).parents[3] / "docs" / "scenarios.md"
HEAD: Final = f"""# Scenarios

Simulated shops of which the truth is known: which orders every rule must find, and which only look like it.
`orderhealth simulate` writes one, `orderhealth evaluate` holds a run against its truth. Each is an entry of
`orderhealth_pipeline/simulate/scenarios.yml`, which says what is going on in it. This page is written by

```bash
python -m tests.integration.scenarios.write_scenario_docs
```

from shops of {ORDERS:,} orders (seed {SEED}), and a test holds it. In so small a shop, of which every kind of
trouble has its share, scores are lower than in a large one. The ERP is expected every 30 minutes; a rule that
is unknown is neither right nor wrong.

"""
_COLUMNS: Final = (
    "scenario", "score", "rules evaluated", "unknown", "anomalies", "look-alikes", "found", "missed",
    "false alarms", "lowest precision", "lowest recall",
)  # fmt: skip
TABLE: Final = f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}\n"
RULES: Final = """
## Rule by rule
Over all scenarios together.

| rule | anomalies | look-alikes | found | missed | false alarms |
| --- | --- | --- | --- | --- | --- |
"""


def scenario_row(name: str, measured: Measured) -> str:
    """What came out of one scenario, as a row of the page's first table."""
    rules, evaluated = measured.rules, measured.printed["rules"].values()
    unknown = sum(rule["outcome"] == "unknown" for rule in evaluated)
    look_alikes = measured.truth.filter(verdict="benign").height
    sums = [int(rules[column].sum()) for column in ("anomalies", "found", "missed", "false_alarms")]
    lowest = [f"{min(rules[column].fill_null(0).to_list()):.2f}" for column in ("precision", "recall")]
    cells = [
        f"`{name}`",
        f"{measured.printed['score']:.2f}",
        len(evaluated) - unknown,
        unknown,
        sums[0],
        look_alikes,
        *sums[1:],
        *lowest,
    ]
    return f"| {' | '.join(map(str, cells))} |\n"


def rule_rows(shops: dict[str, Measured]) -> str:
    """What every rule found over all scenarios, as rows of the second table."""
    counts: dict[str, list[int]] = {}
    for shop in shops.values():
        for row in shop.rules.iter_rows(named=True):
            sums = counts.setdefault(row["rule_id"], [0] * 5)
            benign = shop.truth.filter(rule_id=row["rule_id"], verdict="benign").height
            new = (row["anomalies"], benign, row["found"], row["missed"], row["false_alarms"])
            counts[row["rule_id"]] = [old + more for old, more in zip(sums, new, strict=True)]
    return "".join(f"| `{rule}` | {' | '.join(map(str, sums))} |\n" for rule, sums in sorted(counts.items()))


def page(shops: dict[str, Measured]) -> str:
    """The whole page."""
    rows = "".join(scenario_row(name, measured) for name, measured in shops.items())
    return HEAD + TABLE + rows + RULES + rule_rows(shops)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(
            page({name: measure(name, Path(folder) / name) for name in SCENARIOS}), encoding="utf-8"
        )
