# The only entrance. Needs make, Python 3.13 or 3.14 (or uv) and a network to the package registries.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# Tests run in a process for each core and one more (ADR 0241), each with a database server of its
# own; files in order, since those of the browser come last. What is timed runs before, alone.
AT_ONCE := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Compiled modules are kept, also where the surroundings say that they are not: a run of all tests
# starts a hundred processes, and each would compile all our code, pytest all tests as well.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help set-up demo dev test check lint test-pythons test-long bench screenshots lock

help:
	@echo "make demo         a whole town on this machine: http://localhost:8000/"
	@echo "make dev          the same, started again whenever a file changes"
	@echo "make test         every test, browser tests included"
	@echo "make check        lint, types, layers, migrations, then make test: what CI runs"
	@echo "make test-pythons the same tests on each Python there is that fits, in clones"
	@echo "make test-long    planted faults, ten million lots, payments while everything is killed, half an hour of them"
	@echo "make bench        how fast everything is, in one table; then the curve"
	@echo "make screenshots  every page as a picture"
	@echo "make lock         the locked requirements anew from pyproject.toml"

set-up:
	@tools/set-up

# exec: a signal that ends make must end the demo's parent, and the demo ends with its parent
demo: set-up
	@HANSATSU_DIE_WITH_PARENT=1 exec $(BIN)/hansatsu demo

dev: set-up
	@HANSATSU_DIE_WITH_PARENT=1 exec $(BIN)/hansatsu demo --reload

test: set-up
	@tools/browser
	@$(BIN)/python -m pytest -m alone $$(grep --recursive --files-with-matches --include='test_*.py' mark.alone tests)
	@$(BIN)/python -m pytest -m "not alone" $(AT_ONCE)

test-pythons:
	@tools/test-pythons

test-long: set-up
	@$(BIN)/python -m tests.planted
	@$(BIN)/hansatsu bench curve --largest 10000000
	@$(BIN)/hansatsu torture --kill --seconds 60
	@$(BIN)/hansatsu bench soak --minutes 30

check: set-up
	@$(MAKE) lint
	@$(MAKE) test

lint: set-up
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run \
		--settings hansatsu.config.settings_for_tools

bench: set-up
	@$(BIN)/hansatsu bench all
	@$(BIN)/hansatsu bench curve

screenshots: set-up
	@tools/browser
	@$(BIN)/python tools/screenshots.py

lock:
	@tools/lock
