# Two commands matter: make run and make test. The environment is .venv, made from requirements.lock by pip.
# VENV=<path> uses an environment that stands elsewhere exactly as it is (nothing is installed into it).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON3 ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
PACKAGES := hookspecs core plugins/shop_bridge plugins/inventory_costing plugins/lead_scoring plugins/email_followup
PROJECTS := $(PACKAGES:%=%/pyproject.toml)
CATALOGUES := $(patsubst %.po,%.mo,$(shell find core plugins -name '*.po' -not -path '*/static/*' 2>/dev/null))
VENDOR := core/dealwright/web/static/vendor
STATIC := .build/static
PIP := $(PY) -m pip -qq --disable-pip-version-check

ifeq ($(VENV),.venv)
READY := .venv/.packages
# A half-made environment, one moved from elsewhere, or one whose Python has gone is made anew.
SOUND := $(shell [ "$$(cat .venv/.made 2>/dev/null)" = "$(CURDIR)" ] && .venv/bin/python -c '' 2>/dev/null && echo yes)
ifneq ($(SOUND),yes)
.PHONY: .venv/.made
endif
else
READY :=
export PYTHONPATH := $(subst $() ,:,$(PACKAGES:%=$(CURDIR)/%) $(CURDIR))
endif

ifeq ($(wildcard $(VENDOR)/*),)
.PHONY: .build/static
endif

.PHONY: help env run test check bench soak catalogues pictures lock system sizes

help:  ## name the commands
	@grep -hE '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):[^#]*## */make \1\t/' | expand -t 14

env: $(READY) $(STATIC) $(CATALOGUES)  ## make or refresh .venv, the static files and the catalogues

run: env  ## serve the demonstration on this machine
	@exec $(VENV)/bin/dealwright serve --demo

test: system env check  ## everything: packages of the system, checks, all tests
	@$(PY) -m pytest --ignore=tests/house --numprocesses=2 --dist=loadfile

check: $(READY)  ## import contracts, ruff, mypy, house tests
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m ruff check --quiet --output-format concise .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/house
	@$(PY) -m tests.house.sizes

sizes: $(READY)  ## print medians and the five biggest files and functions
	@$(PY) -m tests.house.sizes

bench: env  ## measure against the floor and write bench/results.json
	@[ -f bench/__main__.py ] || { echo "bench: nothing to measure yet (bench/__main__.py is missing)" >&2; exit 2; }
	@$(PY) -m bench

soak: env  ## hammer a server for a while and compare totals
	@[ -f bench/soak.py ] || { echo "soak: nothing to run yet (bench/soak.py is missing)" >&2; exit 2; }
	@$(PY) -m bench.soak

catalogues: env  ## bring the .po files up to date with the code
	@$(PY) core/catalogues.py

pictures: env  ## take the pictures in docs/pictures again from the demonstration
	@$(PY) -m docs.pictures

lock:  ## resolve requirements.in again (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade requirements.in -o requirements.lock

system:  ## install Chromium and the fonts that the browser tests need (Debian), when missing
	@tests/system_packages.sh

.venv/.made: requirements.lock
	@if [ "$(SOUND)" = yes ]; then echo "refreshing .venv"; rm -f $@; \
	 else echo "making .venv (a few minutes the first time)"; rm -rf .venv; $(PYTHON3) -m venv .venv; fi
	@$(PIP) install --require-hashes -r requirements.lock
	@echo "$(CURDIR)" > $@

.venv/.packages: .venv/.made $(PROJECTS)
	@$(PIP) install --no-deps --no-build-isolation $(PACKAGES:%=-e ./%)
	@touch $@

.build/static: core/build_static.py package.json package-lock.json $(READY)
	@$(PY) core/build_static.py
	@mkdir -p .build && touch $@

%.mo: %.po | $(READY)
	@$(VENV)/bin/pybabel --quiet compile -i $< -o $@
