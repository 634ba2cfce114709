# Two commands matter: `make run` and `make test`. Both start from nothing but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint types unit bench pictures spark lock clean

run: $(VENV)/run.stamp
	@$(BIN)/masthead run

test: lint types unit

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	@$(BIN)/basedpyright

unit: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -q -n auto

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks

# The pictures of README.md and docs/, taken from the real bot in the sandbox. Needs Chromium.
pictures: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.sandbox.browser.pictures
	@$(BIN)/python -m tests.sandbox.browser.alert_pictures
	@$(BIN)/python -m tests.bot.cards.charts.pictures

# PySpark, for the tests of Spark; without it and Java 17 they skip. About 400 MB.
spark: $(VENV)/dev.stamp
	@$(PIP) install --require-hashes -r requirements-spark.lock

# Re-pin the dependencies. The locks carry hashes and no index address.
lock: $(VENV)/dev.stamp
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --group build pyproject.toml --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --group dev pyproject.toml --output-file requirements-dev.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --group spark pyproject.toml --output-file requirements-spark.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Masthead needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
