# The project's commands. Each sets up what it needs; `make help` lists them.
# make PYTHON=python3.12 …     another interpreter (3.11 or newer)
# HA_AWS_CACHE=/some/folder    where engine, plugins and offline state are kept (default: ~/.cache/ha-aws)
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# Where it is set nothing is ever byte-compiled, and every start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport PYTHONHOME

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif

RUN := .venv/bin/python
# Each worker imports the AWS classes anew: more of them than this costs more than it brings.
PYTEST := $(RUN) -m pytest -n auto --maxprocesses 4 --dist worksteal
ARGS ?=
STACKS ?=

.PHONY: help setup preview test unit engine check format bench clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## make everything the other targets need: environment, engine, plugins
	@$(PYTHON) -m offline.engine setup

preview: ## preview every stack with the policy pack, with no AWS account (STACKS="dev media", ARGS=--help)
	@$(PYTHON) -m offline.engine run offline.preview $(ARGS) $(STACKS)

test: setup ## everything: static checks, unit, policy, function and engine tests, with coverage
	@$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

unit: setup ## the tests that need no engine
	@$(PYTEST) -m "not engine and not static and not exhaustive" $(ARGS)

engine: setup ## the tests that run the real engine
	@$(PYTEST) -m engine tests/engine $(ARGS)

check: setup ## ruff (lint, format) and pyright in strict mode
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --quiet --check . && .venv/bin/pyright --level error

format: setup ## let ruff format and fix what it can
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

bench: setup ## measure preview, policy pack, rules, tests, imports; writes build/bench.json
	@$(RUN) -m bench $(ARGS)

clean: ## remove what was built in the tree, and this tree's offline state
	@rm -rf build htmlcov .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis
	@$(PYTHON) -m offline.engine clean

distclean: clean ## also remove the virtual environment
	@rm -rf .venv
