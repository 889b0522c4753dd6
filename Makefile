# Everything one does with Bedside's source. Nothing here asks a question or needs a terminal.

PYTHON ?= python3
PORT ?= 8000
# Two for each core: half of the tests wait for servers, browsers and clocks.
WORKERS ?= $(shell echo $$((2 * $$(nproc))))
TESTS ?= src tests
BENCH ?= $(filter-out __init__,$(patsubst bench/%.py,%,$(wildcard bench/*.py)))

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq
PYTEST := $(PY) -m pytest -n $(WORKERS) --maxprocesses 8 --dist worksteal

# Paths are relative throughout, so that the folder's own name may hold anything.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-postgres check lint format types layers tools lock bench clean

help:
	@echo 'make run            start the desk at http://127.0.0.1:8000'
	@echo 'make test           install what the tests need, and run all of them (TESTS=path for some)'
	@echo 'make test-postgres  only the tests of the rooms, on PostgreSQL'
	@echo 'make check          lint, format, types and layers'
	@echo 'make tools          install what the tests need, and run nothing'
	@echo 'make bench          measure, and print tables'
	@echo 'make lock           write requirements*.txt anew (UPGRADE=1 for newer versions)'
	@echo 'make clean          remove what these have made, but no data of a desk'

run: .venv/installed-run
	$(if $(filter-out 8000,$(PORT)),BEDSIDE_URL=http://127.0.0.1:$(PORT)) .venv/bin/bedside serve --port $(PORT) $(ARGS)

# Both runs are made even when the first fails; the longer one has the last line.
test: tools
	@failed=0; \
	echo '== the rooms, on PostgreSQL'; \
	BEDSIDE_TEST_DATABASE=postgresql $(PYTEST) src || failed=1; \
	echo '== everything, on SQLite where a test does not say otherwise'; \
	$(PYTEST) $(TESTS) || failed=1; \
	exit $$failed

test-postgres: tools
	BEDSIDE_TEST_DATABASE=postgresql $(PYTEST) src

# At the same time, each with its output in one piece.
check: .venv/installed-dev
	@$(MAKE) --no-print-directory --jobs=4 --keep-going --output-sync=target types layers lint format

lint:
	@echo '== ruff check'; .venv/bin/ruff check

format:
	@echo '== ruff format --check'; .venv/bin/ruff format --check

# The Django plug-in reads the settings, which would otherwise make a data folder with a key in it.
types:
	@echo '== mypy'; BEDSIDE_SECRET_KEY=unused .venv/bin/mypy

layers:
	@echo '== lint-imports'; .venv/bin/lint-imports --no-logo

# The PDS comes with a module that is compiled here where no built one can be fetched.
tools: .venv/installed-dev
	@tools/bootstrap testing
	@$(PY) -m tests.servers.install || { tools/bootstrap compiler && $(PY) -m tests.servers.install; }

# Every file in bench/ is one table; BENCH=guard makes that one alone, with ARGS.
bench: tools
	@failed=0; \
	for name in $(BENCH); do \
		echo "== bench.$$name"; \
		$(PY) -m "bench.$$name" $(ARGS) || failed=1; \
	done; \
	exit $$failed

# pip and not uv installs, because every machine that can reach a registry has pip set up for it.
lock: .venv/made
	$(PIP) 'uv>=0.9'
	.venv/bin/uv pip compile $(COMPILE) pyproject.toml --group build --group dev -o requirements-dev.txt
	.venv/bin/uv pip compile $(COMPILE) pyproject.toml --group build -c requirements-dev.txt -o requirements.txt

COMPILE = --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

clean:
	rm -rf .venv .tools build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		.schemathesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What is installed, as files, so that a second run does nothing.

.venv/made:
	@PYTHON='$(PYTHON)' tools/bootstrap venv
	@touch $@

.venv/installed-run: requirements.txt pyproject.toml | .venv/made
	@echo 'Installing what Bedside needs'
	@$(PIP) --no-deps --only-binary :all: --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/installed-dev: requirements-dev.txt pyproject.toml | .venv/made
	@echo 'Installing what Bedside and its tests need'
	@$(PIP) --no-deps --only-binary :all: --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@ .venv/installed-run
