# Everything that one types. `make run` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
LOCKED := uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 -q

.PHONY: run test check bench setup fmt lock
run: .venv/run.stamp
	PORTAL_DEMO=$${PORTAL_DEMO:-1} exec $(BIN)/python manage.py portal

test: .venv/dev.stamp
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/run.stamp
	$(BIN)/python manage.py bench

setup: .venv/dev.stamp

fmt: .venv/dev.stamp
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2

lock:
	$(LOCKED) -o requirements.lock
	$(LOCKED) --group dev -c requirements.lock -o requirements-dev.lock

# Debian's Python has venv without pip; then an outer pip (22.3 or newer) installs into it.
.venv/bin/python:
	$(PYTHON) -m venv .venv || $(PYTHON) -m venv --without-pip .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(call install,requirements.lock)
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp | .venv/bin/python
	$(call install,requirements-dev.lock)
	touch $@

define install
	@echo "Asennetaan kirjastot ($(1))…"
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; \
	then $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); \
	else $(PYTHON) -m pip --python .venv/bin/python install -q --disable-pip-version-check --require-hashes -r $(1); fi
endef
