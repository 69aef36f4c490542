# Needs python3 (3.11 or newer) and nothing else; git and bubblewrap are installed, or asked for, on the way.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo install test check tidy bench clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 18

install: $(READY) ## the virtual environment in .venv, made again when pyproject.toml changes

$(READY): pyproject.toml
	@$(PYTHON) scripts/prepare.py
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(READY) ## a forge and its crew on this machine, no accounts, no keys, no network (ONCE=1: end after one task)
	$(BIN)/forgecrew demo $(if $(ONCE),--once) $(ARGS)

# Hundreds of processes import the same files: they are compiled once, not by each.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY) ## all tests; those that cannot run here are named with the reason (WORKERS=0: one after the other)
	$(BIN)/python -m pytest -rs -n $(WORKERS) $(ARGS)

check: $(READY) ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

tidy: $(READY) ## the house in figures, with the worst ten of each (ARGS=--json)
	@$(BIN)/python -m tests.tidy.measure $(ARGS)

bench: $(READY) ## every benchmark (NAME=one for a single one)
	@for file in benchmarks/$(or $(NAME),[a-z]*).py; do \
		name=$$(basename $$file .py); \
		echo "== $$name"; $(BIN)/python -m benchmarks.$$name $(ARGS) || exit 1; \
	done

clean: ## removes the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
