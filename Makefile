# Everything a person or a build server does with this project. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
STAGE ?= dev
PY := .venv/bin/python

.PHONY: help run up down test check prove package deploy lint lock venv emulator

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. Install Python 3.11 or newer (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m infra.local.environment .venv requirements-dev.txt

emulator: venv
	@$(PYTHON) -m infra.local.environment .local/emulator infra/local/requirements.txt

lock: venv ## pin the requirements anew (*.in → *.txt with hashes)
	@for name in requirements requirements-dev infra/local/requirements; do \
	  echo "• $$name.txt"; \
	  CUSTOM_COMPILE_COMMAND="make lock" PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= \
	  .venv/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	    -o $$name.txt $$name.in || exit 1; \
	done
