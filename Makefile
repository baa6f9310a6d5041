# Every target sets up .venv first, once: from requirements.lock, whose hashes pip checks. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
TEST_OPTIONS ?=
ORDERS ?= 100000
MERCHANTS ?= 10 30 137
EXAMPLES ?= 2000
WEEKS ?= 1000
WORLDS ?= 300
ACTIONS ?= 10000
INTERLEAVINGS ?= 1000
KILLS ?= 30
DATA ?= ../shared/data
PORT ?= 3000
CONSOLE_PORT ?= 8300

BIN := .venv/bin
READY := .venv/ready
UNFINISHED := .venv/unfinished
LOG := .venv/set-up.log
HERE := -m "not browser and not postgres and not real_data and not spark and not real_spark"
IN_PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder
INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --no-deps
DBT_READY := .venv-dbt/ready
SPARK_READY := .venv-spark/ready
REAL_SPARK_READY := .venv-spark-real/ready
REAL_WORLDS ?= 2
CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
INITDB = $(firstword $(wildcard /usr/lib/postgresql/*/bin/initdb) $(shell command -v initdb))

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo console vendor dev test test-parts test-whole test-real-data test-long test-policy test-browser test-postgres test-spark test-spark-long test-spark-real test-sources test-hooks test-actions bench bench-ticks bench-what-if bench-rebuild bench-ingest bench-hooks bench-console bench-fleet bench-live endurance promotion-day \
  coverage format lock wheel clean check check-format check-lint check-types check-imports check-sql \
  check-spelling

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## Simulate the eve of a promotion, run the whole pipeline on it, write the report (LOCALE=zh or en)
	@$(BIN)/orderhealth demo$(if $(LOCALE), --locale $(LOCALE))

console: $(READY) ## Open the console on http://127.0.0.1:8300 (CONSOLE_PORT=8300), with your orderhealth.yml, else with that of the demo
	@config="$${ORDERHEALTH_CONFIG-}"; \
	if [ -n "$$config" ] || [ -e orderhealth.yml ]; then :; \
	elif [ -e demo/orderhealth.yml ]; then config=demo/orderhealth.yml; \
	else echo "There is no orderhealth.yml yet: make demo shows one, orderhealth init makes one." >&2; exit 2; fi; \
	exec $(BIN)/orderhealth console --port "$(CONSOLE_PORT)" $${config:+--config "$$config"}

vendor: $(READY) ## Fetch the console's JavaScript again by npm, in the versions that vendor.yml names, and check it
	@$(BIN)/python -m tests.unit.console.refresh_vendored

dev: $(READY) ## Open the Dagster UI on http://127.0.0.1:3000 (PORT=3000), with your orderhealth.yml, else with that of the demo
	@$(BIN)/python -m orderhealth_pipeline.defs.server.dev_server --check "$(PORT)"
	@[ -z "$${ORDERHEALTH_CONFIG-}" ] || [ -e "$$ORDERHEALTH_CONFIG" ] \
	  || { echo "ORDERHEALTH_CONFIG names $$ORDERHEALTH_CONFIG, which does not exist." >&2; exit 1; }
	@mkdir -p .dagster_home && cp dagster_instance.yaml .dagster_home/dagster.yaml
	@export DAGSTER_HOME="$(CURDIR)/.dagster_home"; \
	[ -e .dagster_home/history ] || $(BIN)/dagster instance migrate >/dev/null; \
	if [ -n "$${ORDERHEALTH_CONFIG-}" ] || [ -e orderhealth.yml ]; then :; \
	elif [ -e demo/orderhealth.yml ]; then \
	  export ORDERHEALTH_CONFIG="$(CURDIR)/demo/orderhealth.yml"; \
	  echo "Showing the demo: its first run starts by itself within seconds."; \
	else \
	  echo "There is no orderhealth.yml: schedules and sensors are off, see docs/dagster.md."; \
	fi; \
	exec $(BIN)/python -m orderhealth_pipeline.defs.server.dev_server "$(PORT)"

test: test-parts test-whole ## Run all tests except those in a browser, on PostgreSQL, over Spark, and on real data sets

test-parts: $(READY) ## Run the tests of single parts alone; COVERAGE=1 counts the statements that they reach
	@$(BIN)/pytest tests/unit tests/scenario $(HERE) $(IN_PARALLEL) $(TEST_OPTIONS) \
	  $(if $(COVERAGE),--cov --cov-report= --cov-fail-under=0)

test-whole: $(READY) ## Run the tests of whole runs alone
	@$(BIN)/pytest tests/integration tests/property $(HERE) $(IN_PARALLEL) $(TEST_OPTIONS)

test-real-data: $(READY) ## Run the tests on real data sets, which are no part of the project (DATA=../shared/data)
	@[ -d "$(DATA)" ] || { echo "The real data sets are missing: $(DATA) does not exist." \
	  "Say where they lie: make test-real-data DATA=DIR" >&2; exit 1; }
	@REAL_DATA="$(DATA)" $(BIN)/pytest -m real_data $(IN_PARALLEL) $(TEST_OPTIONS)

test-long: $(READY) ## Hold the accounts of hostile files over many examples (EXAMPLES=2000, half an hour)
	@ORDERHEALTH_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q tests/property/test_accounting.py $(TEST_OPTIONS)

test-policy: $(READY) ## Hold the accounts of the alert policy over many random weeks (WEEKS=1000)
	@ORDERHEALTH_EXAMPLES=$(WEEKS) $(BIN)/pytest -q tests/property/test_alert_policy.py $(IN_PARALLEL) $(TEST_OPTIONS)

test-browser: $(READY) ## Run the tests of the report in Chromium
	@if [ -z "$(CHROMIUM)" ]; then \
	  echo "Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk" >&2; exit 1; \
	fi
	@$(BIN)/pytest -m browser $(TEST_OPTIONS)

test-postgres: $(READY) ## Run the tests on PostgreSQL and MariaDB, on servers that they start themselves
	@[ -n "$(INITDB)" ] || { echo "PostgreSQL is missing. On Debian: apt-get install postgresql" >&2; exit 1; }
	@command -v mariadbd >/dev/null || { echo "MariaDB is missing. On Debian: apt-get install mariadb-server" >&2; exit 1; }
	@$(BIN)/pytest -m postgres $(TEST_OPTIONS)

test-sources: $(READY) ## Pull from databases while transactions commit late, in so many orders of events (INTERLEAVINGS=1000, an hour)
	@ORDERHEALTH_EXAMPLES=$(INTERLEAVINGS) $(BIN)/pytest -q tests/integration/sources/test_late_commits.py $(TEST_OPTIONS)

test-hooks: $(READY) ## Kill the process that receives webhooks so many times while they come (KILLS=30)
	@ORDERHEALTH_KILLS=$(KILLS) $(BIN)/pytest -q tests/integration/sources/test_hooks.py $(TEST_OPTIONS)

test-spark: $(SPARK_READY) ## Hold the engine of Spark against the local one, on Sail (no JVM)
	@.venv-spark/bin/python -m pytest -m spark $(TEST_OPTIONS)

test-spark-long: $(SPARK_READY) ## Hold runs over Spark Connect against runs here, over so many random worlds (WORLDS=300, hours)
	@ORDERHEALTH_WORLDS=$(WORLDS) .venv-spark/bin/python -m pytest -q tests/spark/test_random_worlds.py $(TEST_OPTIONS)

test-spark-real: $(REAL_SPARK_READY) ## Hold the engine against the local one on a real Spark of two workers, one of which is killed (Java 17, half an hour)
	@ORDERHEALTH_WORLDS=$(REAL_WORLDS) .venv-spark-real/bin/python -m tests.spark.local_cluster \
	  .venv-spark-real/bin/python -m pytest -v tests/spark/test_real_spark.py tests/spark/test_random_worlds.py $(TEST_OPTIONS)

test-actions: $(READY) ## Send so many actions to a receiver that misbehaves in every way (ACTIONS=10000, an hour)
	@ORDERHEALTH_ACTIONS=$(ACTIONS) $(BIN)/pytest -q tests/integration/actions/test_misbehaving.py $(TEST_OPTIONS)

bench: $(READY) $(DBT_READY) ## Compare time, memory and findings with other ways to hold the rules (ORDERS=100000)
	@$(BIN)/python -m benchmarks.side_by_side.run --orders $(ORDERS)

bench-ticks: $(READY) ## Compare a tick with a full evaluation, on histories of so many orders (ORDERS="1000000 10000000")
	@$(BIN)/python -m benchmarks.ticks.compare --orders $(ORDERS)

bench-what-if: $(READY) ## Measure previews, back-tests and a snooze of very many findings (ORDERS=100000)
	@$(BIN)/python -m benchmarks.what_if.measure --orders $(ORDERS)

bench-rebuild: $(READY) ## Compare a full evaluation with one hand-written SQL statement (ORDERS=100000)
	@$(BIN)/python -m benchmarks.rebuild.compare --orders $(ORDERS)

bench-ingest: $(READY) ## Compare loading with DuckDB reading the same files plainly (ORDERS="1000000 10000000")
	@$(BIN)/python -m benchmarks.ingest.compare --orders $(ORDERS)

bench-hooks: $(READY) ## Measure how long webhooks wait for their answer, at 200 a second
	@$(BIN)/python -m benchmarks.sources.hooks

bench-console: $(READY) ## Measure memory, answers and first views on a slow phone of a console with 10,000 open cases (ORDERS=600000)
	@$(BIN)/python -m benchmarks.console.measure --orders $(if $(filter file,$(origin ORDERS)),600000,$(ORDERS))

bench-fleet: $(READY) ## Measure a tick of many merchants (MERCHANTS="10 30 137" ORDERS=4000 of each)
	@$(BIN)/python -m benchmarks.fleet.measure --merchants $(MERCHANTS) --orders $(if $(filter file,$(origin ORDERS)),4000,$(ORDERS))

bench-live: $(READY) ## Measure how long an alert takes from a file to the chat, with the daemon running (25 minutes)
	@$(BIN)/python -m benchmarks.live.path

endurance: $(READY) ## Run a simulated promotion day, a tick every five minutes, and look for what grows
	@$(BIN)/python -m benchmarks.endurance.run

promotion-day: $(READY) ## Run a promotion day minute by minute: how many messages, how soon (ORDERS_OF_THE_DAY=18000 EVERY=1, hours)
	@$(BIN)/python -m benchmarks.promotion_day.run --orders $(or $(ORDERS_OF_THE_DAY),18000) --every $(or $(EVERY),1) --out docs

coverage: $(READY) ## Report the statements that `make test-parts COVERAGE=1` reached; fail below the agreed share
	@$(BIN)/coverage report

check: check-format check-lint check-types check-imports check-sql check-spelling ## Check format, lint, types, import rules, SQL format, spelling

check-format: $(READY)
	@$(BIN)/ruff format --check

check-lint: $(READY)
	@$(BIN)/ruff check

check-types: $(READY)
	@$(BIN)/mypy

check-imports: $(READY)
	@$(BIN)/lint-imports

check-spelling: $(READY)
	@$(BIN)/codespell

check-sql: $(READY)
	@$(BIN)/sqlfmt --check --no-progressbar sql benchmarks

format: $(READY) ## Format Python and SQL
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix-only
	@$(BIN)/sqlfmt --no-progressbar sql benchmarks

lock: $(READY) ## Resolve the dependencies of pyproject.toml, and those of dbt, into their locks again
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-strip-extras \
	  --quiet -o requirements.lock
	@cd tests/spark && ../../$(BIN)/uv pip compile requirements.in --generate-hashes --no-emit-index-url \
	  $$(sed -nE 's/^([a-z0-9._-]+).*==.*/--no-emit-package \1/p' ../../requirements.lock) --quiet -o requirements.lock
	@cd tests/spark && ../../$(BIN)/uv pip compile real-requirements.in --generate-hashes --no-emit-index-url \
	  $$(sed -nE 's/^([a-z0-9._-]+).*==.*/--no-emit-package \1/p' ../../requirements.lock) --quiet -o real-requirements.lock
	@$(BIN)/uv pip compile benchmarks/side_by_side/dbt-requirements.in --only-binary :all: --generate-hashes \
	  --no-emit-index-url --quiet -o benchmarks/side_by_side/dbt-requirements.lock

wheel: $(READY) ## Build the wheel into dist/
	@$(BIN)/hatchling build -t wheel

clean: ## Remove everything that was made here, .venv included
	@rm -rf .venv .venv-dbt .venv-spark .venv-spark-real .dagster_home .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache \
	  .coverage .coverage.* build demo dist

# Debian splits ensurepip off python3, therefore the pip of $(PYTHON) installs into .venv.
# UNFINISHED becomes READY at the very end, with its old time: what changed meanwhile is installed the next time.
# pip writes INSTALLER last: a package without it was cut off, and pip would take it for complete.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null \
	  || { echo "$(PYTHON) is missing. On Debian: apt-get install python3 python3-pip" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	  || { echo "$$($(PYTHON) --version) does not fit: Python 3.11 or 3.12 is needed." \
	    "Name it: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import pip, sys; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (22, 3))' 2>/dev/null \
	  || { echo "$(PYTHON) has no pip, or one older than 22.3. On Debian: apt-get install python3-pip" >&2; exit 1; }
	@echo "Setting up .venv, once ($$($(PYTHON) --version)) ..."
	@$(PYTHON) -m venv --without-pip .venv
	@touch $(UNFINISHED)
	@for package in .venv/lib/python*/site-packages/*.dist-info; do \
	  [ -e "$$package/INSTALLER" ] || rm -rf "$$package"; \
	done
	@total=$$(grep -c '^[^ #].*==' requirements.lock); count=0; \
	$(INSTALL) --only-binary :all: --require-hashes --progress-bar off -r requirements.lock 2>&1 \
	  | tee $(LOG) | while read -r word _; do \
	    case "$$word" in \
	      Collecting | Processing | Requirement) \
	        count=$$((count + 1)); \
	        if ((count % 20 == 0 || count == total)); then echo "  $$count of $$total packages collected"; fi ;; \
	      Installing) echo "  installing them (half a minute) ..." ;; \
	    esac; \
	  done || { tail -n 30 $(LOG) >&2; exit 1; }
	@$(INSTALL) --quiet --no-build-isolation -e .
	@mv $(UNFINISHED) $(READY)
	@echo ".venv is ready."

# Spark's client is published as source alone, and disturbs who looks for Spark: it stands beside .venv, and sees it.
$(SPARK_READY): tests/spark/requirements.lock | $(READY)
	@echo "Setting up .venv-spark, once ..."
	@$(PYTHON) -m venv --without-pip --clear .venv-spark
	@for packages in .venv-spark/lib/python*/site-packages; do \
	  echo "import site; site.addsitedir('$(CURDIR)/.venv/$${packages#.venv-spark/}')" > $$packages/checkout.pth; \
	done
	@$(PYTHON) -m pip --python .venv-spark/bin/python install --no-deps --require-hashes --quiet \
	  -r tests/spark/requirements.lock
	@touch $(SPARK_READY)

# The full Spark, 450 MB, in place of its client; whatever else the client needs is the same.
$(REAL_SPARK_READY): tests/spark/real-requirements.lock | $(READY)
	@command -v java >/dev/null || { echo "Java is missing. On Debian: apt-get install openjdk-17-jre-headless" >&2; exit 1; }
	@echo "Setting up .venv-spark-real, once ..."
	@$(PYTHON) -m venv --without-pip --clear .venv-spark-real
	@for packages in .venv-spark-real/lib/python*/site-packages; do \
	  echo "import site; site.addsitedir('$(CURDIR)/.venv/$${packages#.venv-spark-real/}')" > $$packages/checkout.pth; \
	done
	@$(PYTHON) -m pip --python .venv-spark-real/bin/python install --no-deps --require-hashes --quiet \
	  -r tests/spark/real-requirements.lock
	@touch $(REAL_SPARK_READY)

# dbt has dependencies of its own, and may have another DuckDB: it is only compared with.
$(DBT_READY): benchmarks/side_by_side/dbt-requirements.lock | $(READY)
	@echo "Setting up .venv-dbt, once ..."
	@$(PYTHON) -m venv --without-pip --clear .venv-dbt
	@$(PYTHON) -m pip --python .venv-dbt/bin/python install --no-deps --only-binary :all: --require-hashes --quiet \
	  -r benchmarks/side_by_side/dbt-requirements.lock
	@touch $(DBT_READY)
