# Two commands for a newcomer: `make refresh` and `make test`. Each does its own set-up in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: refresh test check bench clean

refresh: .venv/runtime
	$(BIN)/residency refresh

test: .venv/dev
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench
	$(BIN)/python -m benchmarks.night
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.linking
	$(BIN)/python -m benchmarks.capture
	$(BIN)/python -m benchmarks.crawl
	$(BIN)/python -m benchmarks.lca

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/runtime

.venv/bench: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

clean:
	rm -rf .venv
