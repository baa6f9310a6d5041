"""An alert that was closed by the silence of a feed says so, and names what nobody can see any more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from tests.integration.cli.conftest import Call

CASE: Final = Path(__file__).parents[2] / "data" / "cases" / "alert_latch"
LOST: Final = "2026-11-10T10:00:00+08:00"
CARRIER_IS_SILENT: Final = "2026-11-10T20:00:00+08:00"


def test_an_unconfirmed_end_names_the_rules_that_are_blind(tmp_path: Path, orderhealth: Call) -> None:
    shutil.copytree(CASE, tmp_path, dirs_exist_ok=True)
    for as_of in (LOST, CARRIER_IS_SILENT):
        assert orderhealth("run", "--deliver", "--as-of", as_of).code == 0
    breach, unconfirmed = map(json.loads, (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines())
    assert breach["blind_rules"] == []
    blind = {rule["rule_id"] for rule in unconfirmed["blind_rules"]}
    assert "tracking_stalled" in blind
    assert "paid_not_in_erp" not in blind
    assert (unconfirmed["score"], unconfirmed["threshold"]) == ("100.00", "88")
    assert "nobody can confirm it" in unconfirmed["title"]
    assert unconfirmed["link"] is None
    assert str(tmp_path) not in (tmp_path / "alerts.jsonl").read_text("utf-8")
