"""Given a platform's samples, its preset gives these rows, to the value."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.ingest.presets.preset_loading import CASES, SAMPLES, Loaded

GOLDEN = Path(__file__).parents[3] / "golden" / "presets"


@pytest.mark.parametrize("case", CASES)
def test_samples_give_the_rows_that_a_person_has_read_out_of_them(case: str, tmp_path: Path) -> None:
    preset, folder, pattern = CASES[case]
    loaded = Loaded(preset, tmp_path)
    loaded.put(sorted((SAMPLES / folder).glob(pattern)))
    assert [file.problem for file in loaded.load() if file.problem] == []
    rows = [json.dumps(row, ensure_ascii=False) for row in loaded.rows()]
    rejected = [json.dumps(["rejected", *row], ensure_ascii=False) for row in loaded.rejected()]
    text = "\n".join([*rows, *rejected]) + "\n"
    golden = GOLDEN / f"{case}.jsonl"
    if os.environ.get("ORDERHEALTH_WRITE_GOLDENS"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_nothing_new_is_read_again(tmp_path: Path) -> None:
    loaded = Loaded("alipay", tmp_path)
    loaded.put((SAMPLES / "alipay_merchant_synthetic").glob("*.zip"))
    loaded.load()
    assert all(file.is_unchanged for file in loaded.load())
