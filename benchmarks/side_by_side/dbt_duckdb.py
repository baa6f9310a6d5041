"""The eleven rules as dbt models and tests on DuckDB, run by dbt in an environment of its own.

What belongs here: calling dbt. What does not: the models, which are in `dbt_project`. `make .venv-dbt/ready`
sets up the environment.

    .venv/bin/python -m benchmarks.side_by_side.dbt_duckdb --feeds DIR --as-of T --out findings.parquet
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.side_by_side.interface import Call, Stopwatch, read_call

HERE = Path(__file__).resolve().parent
DBT = HERE.parents[1] / ".venv-dbt" / "bin" / "dbt"
PROJECT = HERE / "dbt_project"


def main() -> None:
    """Build models and tests, of which one writes the findings."""
    call = read_call(__doc__)
    if not DBT.exists():
        sys.exit(f"{DBT} is missing: `make .venv-dbt/ready` sets it up")
    with tempfile.TemporaryDirectory(prefix="orderhealth-dbt-") as folder:
        build(call, Path(folder))


def build(call: Call, work: Path) -> None:
    """Run `dbt build` with everything that it writes in `work`, and print what took how long."""
    values = {
        "feeds": str(call.feeds.resolve()),
        "as_of": call.as_of.isoformat(),
        "findings": str(call.out.resolve()),
    }
    command: list[str | Path] = [DBT, "build", "--quiet", "--no-use-colors", "--no-version-check"]
    command += ["--project-dir", PROJECT, "--profiles-dir", PROJECT]
    command += ["--target-path", work / "target", "--log-path", work / "logs", "--vars", json.dumps(values)]
    environment = {**os.environ, "ORDERHEALTH_DBT_DATABASE": str(work / "shop.duckdb")}
    environment |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    watch = Stopwatch()
    with watch.part("dbt build"):
        done = subprocess.run(command, check=False, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        reasons = [line.strip() for line in done.stdout.splitlines() if "Error" in line]
        sys.exit(f"{done.stdout}\ndbt build failed: {'; '.join(reasons[-1:])}")
    results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    by_kind: Counter[str] = Counter()
    for result in results:
        by_kind[result["unique_id"].partition(".")[0]] += result["execution_time"]
    watch.seconds |= {f"{kind}s, summed up": round(spent, 3) for kind, spent in by_kind.items()}
    watch.print()


if __name__ == "__main__":
    main()
