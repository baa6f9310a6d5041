"""Great Expectations takes seconds to import; who only imports the package does not wait for it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import orderhealth_pipeline.validation
print([name for name in ("great_expectations", "sqlalchemy", "duckdb_engine") if name in sys.modules])
"""


def test_importing_validation_imports_neither_great_expectations_nor_sqlalchemy() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
