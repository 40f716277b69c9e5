# Everything a person or a build server does with this project. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
STAGE ?= dev
PY := .venv/bin/python
# What takes as long as the rest of the stack's tests, together with the browser's: it runs beside them.
ELSEWHERE := tests/stack/test_authorisation.py tests/stack/utilities

# The local stack sees nothing of this machine's AWS set-up or HTTP proxies.
LOCAL := env -u AWS_PROFILE -u AWS_DEFAULT_PROFILE -u AWS_ENDPOINT_URL AWS_CONFIG_FILE=/dev/null \
	AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

.NOTPARALLEL:
.PHONY: help run up down centre logs test check unit stack prove bench quarter package deploy lint lock venv emulator chromium roles

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: emulator ## the whole story on this machine: up, seeded, demonstrated, then messages until Ctrl-C
	@$(LOCAL) $(PY) -m infra.local run

up: emulator ## the local stack in the background
	@$(LOCAL) $(PY) -m infra.local up

down: ## end what `make up` started
	@test ! -x $(PY) || $(LOCAL) $(PY) -m infra.local down

centre: ## what the sample members type on /centre of that stack, with the codes of now
	@test ! -x $(PY) || $(LOCAL) $(PY) -m infra.local.centre

logs: ## what the functions logged (make logs OF=relay)
	@test ! -x $(PY) || $(LOCAL) $(PY) -m infra.local.logs $(OF)

test: check stack ## every test but the long proofs

check: emulator ## the quick part, lint beside the tests
	@mkdir -p build; $(MAKE) lint > build/lint.log 2>&1 & lint=$$!; \
	  $(MAKE) unit; unit=$$?; \
	  wait $$lint; lint=$$?; cat build/lint.log; exit $$((lint + unit))

unit: emulator
	@echo "• tests without a stack"; $(LOCAL) $(PY) -m pytest -q tests/unit tests/contract

stack: emulator chromium
	@echo "• tests on a deployed stack, and on another those of every role, of the utilities and in a browser"; mkdir -p build; \
	  $(LOCAL) $(PY) -m pytest -q $(ELSEWHERE) tests/browser > build/browser.log 2>&1 & browser=$$!; \
	  $(LOCAL) $(PY) -m pytest -q tests/stack $(ELSEWHERE:%=--ignore=%); stack=$$?; \
	  wait $$browser; browser=$$?; cat build/browser.log; exit $$((stack + browser))

prove: emulator ## the long proofs
	@$(LOCAL) $(PY) -m pytest -q tests/prove

roles: emulator ## docs/authorisation.md anew, measured on the stack of `make up`
	@$(LOCAL) $(PY) -m tests.stack.authorisation

bench: emulator ## what it costs, against floors measured beside it
	@$(LOCAL) $(PY) -m tests.benchmarks

quarter: emulator ## a simulated quarter, with and without reminders and escalation
	@$(LOCAL) $(PY) -m tests.simulation

lint: package ## ruff, mypy, imports, template
	@echo "• ruff"; .venv/bin/ruff check . && .venv/bin/ruff format --check .
	@echo "• mypy"; .venv/bin/mypy
	@echo "• import-linter"; .venv/bin/lint-imports --no-logo
	@echo "• cfn-lint"; .venv/bin/cfn-lint build/$(STAGE)/sam.json

package: venv ## build/STAGE: the template and the code of a stage (STAGE=dev)
	@$(LOCAL) $(PY) -m infra.package $(STAGE)

deploy: package ## to AWS: make deploy STAGE=dev BUCKET=… REGION=…
	@test -n "$(BUCKET)" -a -n "$(REGION)" || { echo "make deploy STAGE=dev BUCKET=<a bucket of yours in the region> REGION=ap-southeast-1" >&2; exit 1; }
	@$(PY) -m infra.deploy $(STAGE) $(BUCKET) $(REGION)

chromium: venv
	@$(PY) -m infra.local.chromium

venv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. Install Python 3.11 or newer (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m infra.local.environment .venv requirements-dev.txt

emulator: venv
	@$(PYTHON) -m infra.local.environment .local/emulator infra/local/requirements.txt

lock: venv ## pin the requirements anew (*.in → *.txt with hashes)
	@for name in requirements requirements-dev infra/local/requirements infra/layers/spreadsheets/requirements; do \
	  echo "• $$name.txt"; \
	  CUSTOM_COMPILE_COMMAND="make lock" PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= \
	  .venv/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	    -o $$name.txt $$name.in || exit 1; \
	done
