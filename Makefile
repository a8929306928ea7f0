# Every task of the house. `make` alone explains them.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements/runtime.txt requirements/dev.txt
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup

help: ## Show this list
	@echo "usage: make TARGET [ARGS='...']"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv with everything in it; does nothing when nothing changed

# Without dependencies: the locks are whole, so nothing is resolved and no newer release can get in the way.
# Order-only: the interpreter's own date, which a system upgrade moves, is no reason to reinstall.
$(INSTALLED): $(LOCKS) pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages into $(VENV); the first time takes a minute or two." >&2
	@$(PIP) install --quiet --require-hashes --no-deps $(addprefix -r ,$(LOCKS))
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Front Door needs Python 3.11 or newer as '$(PYTHON)'. On Debian 12: apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && $(PYTHON) -m venv --clear $(VENV) || \
	  { rm -rf $(VENV); echo "'$(PYTHON) -m venv' does not work here. On Debian: apt-get install python3-venv" >&2; exit 1; }

# --- Running -----------------------------------------------------------------------------------
.PHONY: demo bench

demo: setup ## Serve the three sample tenants on embedded stores until stopped
	@exec $(BIN)/frontdoor demo $(ARGS)

bench: setup ## Measure every target beside bare echoes, ten minutes (ARGS=--quick: about one)
	@$(BIN)/python -m benchmarks $(ARGS)

# --- Testing -----------------------------------------------------------------------------------
.PHONY: test check static faults journeys

JOBS ?= 2

# The static checks run beside the tests, which wait more than they work; either fails the whole.
test: setup ## Static checks and every test, campaigns in their short form (JOBS=2 at a time)
	@mkdir -p build; $(MAKE) --no-print-directory static >build/static.log 2>&1 & static=$$!; \
	  $(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS); tests=$$?; \
	  wait $$static || { cat build/static.log >&2; exit 1; }; exit $$tests

static: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

check: setup static ## Style, types, arrows, and the proofs over every published flow
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/frontdoor check $(ARGS)

faults: export FAULTS ?= full
faults: setup ## Kills, cancellations, starvation and moves of the desk at their full counts
	@$(BIN)/python -m pytest tests/faults tests/desk --timeout 3600 $(ARGS)

journeys: export JOURNEYS ?= full
journeys: setup ## The journeys through the browser, and the long random walks through the flows
	@$(BIN)/python -m pytest tests/journeys tests/flows/test_exploration.py --timeout 3600 $(ARGS)

# --- Keeping -----------------------------------------------------------------------------------
.PHONY: locales diagrams lock clean

locales: setup ## Extract the texts, update every catalogue, and check them
	@$(BIN)/python -m locales $(ARGS)

diagrams: setup ## Draw docs/flows/ from the flow files
	@$(BIN)/python -m flows.diagrams $(ARGS)

COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(ARGS)

lock: setup ## Lock requirements/*.in anew (ARGS=--upgrade for newer releases)
	$(COMPILE) --output-file requirements/runtime.txt requirements/runtime.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in

clean: ## Remove .venv and whatever the tools have written
	rm -rf $(VENV) build dist htmlcov .coverage .hypothesis .import_linter_cache .mypy_cache \
	  .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
