# Each target sets up what it needs; `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
UPGRADE ?=
COMPILE := UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run test chaos soak bench check fix catalogue lock secrets step setup setup-dev

help: ## List what can be made
	@echo "make TARGET, where TARGET is one of"
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14
	@echo "PYTHON=... names the Python to use, 3.11 or newer."

run: setup ## Start everything on this machine (PORT, SANDBOX_PORT, DATA_DIR) until Ctrl-C
	@exec $(BIN)/python -m launch.supervisor

test: setup-dev ## Run all tests; finds, starts or installs PostgreSQL, Redis, Chromium, nginx and Caddy
	@$(BIN)/python -m tests.servers prepare
	@REQUIRE_SERVERS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not story"
	@REQUIRE_SERVERS=1 $(BIN)/python -m pytest -m story

chaos: setup-dev ## Kill everything at random for minutes and check the carrier's ledger (SEED, KILLS, MINUTES)
	@$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --kills $(or $(KILLS),1000) \
		--minutes $(or $(MINUTES),15)

soak: setup-dev ## Run all of `make run` under load, kills, poison and a full disk (MINUTES, SEED)
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),10) --seed $(or $(SEED),1)

bench: setup-dev ## Measure sending, lateness, booking and the naive design (ARGS="--check --long")
	@$(BIN)/python -m bench $(ARGS)

# The last line reads every test, so that one whose imports are broken shows, and runs the contracts.
check: setup-dev ## Check format, lint, types, the arrows between the rooms, and the contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -k contracts

fix: setup-dev ## Mend format and what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

step: setup-dev ## Write the next step of the database from the tables (WHAT="what it does")
	@$(BIN)/python -m tests.build.step "$(WHAT)"
	@$(BIN)/ruff check --quiet --fix booking/migrations/versions
	@$(BIN)/ruff format --quiet booking/migrations/versions

catalogue: setup-dev ## Gather the words of pages for translation, and bring each language up to date
	$(BIN)/python -m launch.catalogue

lock: setup-dev ## Pin the libraries anew (UPGRADE=--upgrade takes the newest that fit)
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt

secrets: ## Make the secret files of docker-compose.yml in ./secrets
	@$(PYTHON) -m launch.make_secrets

setup:
	@$(PYTHON) -m launch.bootstrap

setup-dev:
	@$(PYTHON) -m launch.bootstrap --dev
