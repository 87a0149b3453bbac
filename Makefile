# The two commands: `make run` and `make test`. Everything else serves them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --no-input
MESSAGES := $(wildcard src/zhijia/*/locale/zh_Hans/LC_MESSAGES/django.po)
# How many tests run side by side; `make test WORKERS=0` runs them in one process, one after the other.
WORKERS ?= logical
PYTEST := $(BIN)/pytest -q -n $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 \
  --durations 25
# Compiled modules are kept: the suite starts programs of ours, and each would compile the platform anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-all test-database check style templates types rooms venv venv-dev messages lock clean
.DEFAULT_GOAL := run

run: venv  ## everything from nothing, on 127.0.0.1:$${PORT:-8000}
	@ZHIJIA_DEMO=1 exec $(BIN)/zhijia up --with-parent

test: check  ## what CI runs
	$(PYTEST) -m "not slow"

test-all: check  ## the slow faults, fuzz and scales too
	$(PYTEST)

test-database: venv-dev  ## only what touches PostgreSQL; ZHIJIA_TEST_SERVER_URL names another server
	$(PYTEST) -m "database and not slow and not journey"

check: venv-dev  ## style, templates, types, the order of the rooms, side by side; each says its own when it has ended
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types templates style rooms

style:
	$(BIN)/ruff check .

templates:
	$(BIN)/djlint src --lint --quiet

types:
	$(BIN)/mypy

rooms:
	$(BIN)/lint-imports --no-logo

venv: $(VENV)/installed messages  ## the environment alone

venv-dev: $(VENV)/installed-dev messages

messages: $(VENV)/messages

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zhijia needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Zhijia needs (every file checked by its hash) …"
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@echo "Installing what the tests need …"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/messages: $(MESSAGES) $(VENV)/installed
	@$(BIN)/zhijia messages compile
	@touch $@

lock: venv-dev  ## after a change to requirements.in or requirements-dev.in
	$(PIP) install --quiet pip-tools
	for name in requirements requirements-dev; do \
	  PIP_CONFIG_FILE=/dev/null $(BIN)/pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras \
	    --no-emit-find-links --no-emit-index-url --no-emit-trusted-host --output-file=$$name.lock $$name.in || exit 1; \
	done

clean:  ## the environment and what was built; never the data
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src -name '*.mo' -delete
