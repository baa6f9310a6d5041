"""What the pipeline is compared with finds what the pipeline finds, else comparing speed means nothing."""

from __future__ import annotations

import graphlib
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import jinja2
import polars as pl
import pytest
import yaml

from orderhealth_pipeline.pipeline.plan import plan_run
from orderhealth_pipeline.pipeline.run import evaluate_only, ingest_only
from orderhealth_pipeline.pipeline.stage_seconds import StageTimes
from orderhealth_pipeline.settings import Settings
from orderhealth_pipeline.simulate.simulation import simulate
from orderhealth_pipeline.simulate.write import write_simulation
from tests.integration.chain.chain import rows_of

BENCHMARKS: Final = Path(__file__).resolve().parents[3] / "benchmarks"
DBT_PROJECT: Final = BENCHMARKS / "side_by_side" / "dbt_project"
MODELS: Final = {
    file.stem: file.read_text(encoding="utf-8") for file in sorted(DBT_PROJECT.rglob("models/**/*.sql"))
}
RULES: Final = 11
FINDINGS: Final = "select order_id, rule_id, state, explained_by from {}"

Findings = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Shop:
    """Feeds, the instant they were exported, and what the pipeline finds in them."""

    feeds: Path
    as_of: datetime
    findings: Findings


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("contenders")
    simulation = simulate("promo_eve", orders=1500, seed=7)
    write_simulation(simulation, folder / "feeds")
    plan = plan_run(
        Settings().overridden(store=folder / "store.duckdb", expectations=BENCHMARKS / "expectations"),
        feeds_folder=folder / "feeds",
    )
    ingest_only(plan, simulation.as_of, plan.contracts)
    evaluate_only(plan, simulation.as_of, StageTimes(lambda: 0.0))
    findings = rows_of(folder / "store.duckdb", FINDINGS.format("findings"))
    assert len({rule_id for _, rule_id, _, _ in findings}) == RULES, "every rule must be tried"
    return Shop(folder / "feeds", simulation.as_of, findings)


@pytest.mark.parametrize("program", ["plain_pandas", "expectations_on_pandas"])
def test_a_contender_finds_what_the_pipeline_finds(program: str, shop: Shop, tmp_path: Path) -> None:
    out = tmp_path / "findings.parquet"
    command: list[str | Path] = [sys.executable, "-m", f"benchmarks.side_by_side.{program}"]
    command += ["--feeds", shop.feeds]
    command += ["--as-of", shop.as_of.isoformat(), "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    findings = pl.read_parquet(out)
    assert sorted(findings.rows(), key=repr) == shop.findings
    assert findings.equals(findings.sort("order_id", "rule_id", nulls_last=True))


def test_the_models_of_dbt_find_what_the_pipeline_finds(shop: Shop) -> None:
    """Without dbt, which lives in an environment of its own: its SQL runs on this DuckDB."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        for model in graphlib.TopologicalSorter({name: refs(name) for name in MODELS}).static_order():
            con.execute(f"create table {model} as {rendered(MODELS[model], shop)}").fetchall()
        found = con.execute(FINDINGS.format("findings")).fetchall()
    assert sorted(found, key=repr) == shop.findings


def test_dbt_tests_every_rule() -> None:
    tested = yaml.safe_load((DBT_PROJECT / "models" / "rules" / "rules.yml").read_text(encoding="utf-8"))
    files = sorted(file.stem for file in (DBT_PROJECT / "models" / "rules").glob("*.sql"))
    assert [model["name"] for model in tested["models"]] == files
    assert set(files) == refs("findings")
    assert len(files) == RULES


def refs(model: str) -> set[str]:
    """The models that a model refers to."""
    return set(re.findall(r"ref\(\"(\w+)\"\)", MODELS[model]))


def rendered(text: str, shop: Shop) -> str:
    """What dbt would send to DuckDB."""
    sources = yaml.safe_load((DBT_PROJECT / "models" / "sources.yml").read_text(encoding="utf-8"))
    (feeds,) = sources["sources"]
    values = {"feeds": str(shop.feeds), "as_of": shop.as_of.isoformat(), "findings": "findings.parquet"}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - SQL
    environment.globals.update(var=values.__getitem__, ref=str, config=lambda **_: "")

    def source(group: str, table: str) -> str:
        assert (group, {"name": table} in feeds["tables"]) == (feeds["name"], True)
        location = feeds["meta"]["external_location"].replace("{name}", table)
        return environment.from_string(location).render()

    environment.globals["source"] = source
    return environment.from_string(text).render()
