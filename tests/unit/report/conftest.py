"""Small real stores, written in plain SQL, and reports built from them; the browser tests use them too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from orderhealth_pipeline.report.model import RiskReport
from orderhealth_pipeline.report.read.report import build_report
from orderhealth_pipeline.rules.language.model import Rule
from orderhealth_pipeline.store.file.connection import open_store, read_store
from orderhealth_pipeline.words import Locale

HERE = Path(__file__).parent
STORES = tuple(sorted(file.stem for file in (HERE / "stores").glob("*.sql")))
EIGHT_IN_THE_EVENING = datetime(2026, 11, 10, 12, tzinfo=UTC)

ReportOf = Callable[..., RiskReport]


def read_rules() -> tuple[Rule, ...]:
    """Read the six rules that the stores speak of."""
    written = yaml.safe_load((HERE / "rules.yml").read_text(encoding="utf-8"))["rules"]
    return tuple(Rule.model_validate(rule) for rule in written)


def make_store(name: str, folder: Path) -> Path:
    """Make the store that `stores/<name>.sql` fills."""
    path = folder / f"{name}.duckdb"
    with open_store(path) as con:
        con.execute((HERE / "stores" / f"{name}.sql").read_text(encoding="utf-8"))
    return path


def report_about(
    store: Path, locale: Locale = "zh", as_of: datetime | None = EIGHT_IN_THE_EVENING
) -> RiskReport:
    """Build the report of a run, by default of the one at 20:00 in Shanghai."""
    with read_store(store) as con:
        return build_report(con, read_rules(), locale=locale, timezone="Asia/Shanghai", as_of=as_of)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make every store of `stores/`, by name."""
    folder = tmp_path_factory.mktemp("stores")
    return {name: make_store(name, folder) for name in STORES}


@pytest.fixture(scope="session")
def report_of(stores: dict[str, Path]) -> ReportOf:
    """Build the report of a store by the store's name."""

    def build(name: str, locale: Locale = "zh", as_of: datetime | None = EIGHT_IN_THE_EVENING) -> RiskReport:
        return report_about(stores[name], locale, as_of)

    return build
