# One line runs every check, the same here, in the README and in CI.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
LOCK := .ci/requirements.lock

# Each server that a test starts would compile the whole program anew
unexport PYTHONDONTWRITEBYTECODE

# Three for two cores: with two workers, the cores wait for pages and time-outs a sixth of the time
SPREAD := -n 3 --dist worksteal

# What goes through compiled modules, without what needs the sources beside it
COMPILED_TESTS := tests/engine tests/nodes tests/web/listener tests/e2e/test_answer_contract.py tests/e2e/test_durability.py

.PHONY: help run test test-browser test-compiled wheel check format bench profile soak scale lock clean editor editor-types editor-dev screenshots

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/installed  ## start the server with a demo on http://127.0.0.1:8080
	@$(BIN)/tidegate demo

test: .venv/installed-dev check  ## every check and the whole suite
	$(BIN)/python -m pytest $(SPREAD)

test-browser: .venv/installed-dev  ## the editor's tests alone
	$(BIN)/python -m pytest $(SPREAD) tests/e2e/test_editor*.py

check: .venv/installed-dev  ## format, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: dist/.made  ## a wheel with the way of a message compiled to C, in dist (needs a C compiler)

# In a copy: what is compiled beside its source would be taken for it from then on
dist/.made: .venv/installed-dev pyproject.toml $(shell find engine nodes web chains -name '*.py' -not -path '*/node_modules/*')
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev,wheel]'
	rm -rf build dist && mkdir -p build/source
	tar cf - --exclude=web/editor --exclude=web/pictures --exclude=__pycache__ pyproject.toml README.md LICENSE engine nodes web chains | tar xf - -C build/source
	@echo "compiling (a minute or two)"
	HATCH_BUILD_HOOKS_ENABLE=1 $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist build/source
	$(BIN)/python -m zipfile -e dist/*.whl build/compiled
	@touch $@

# From a folder where Python finds the compiled modules first, and no plain ones
test-compiled: dist/.made  ## the tests of engine, nodes and doors once more, on the compiled modules
	rm -rf build/compiled/tests && tar cf - --exclude=.cache --exclude=__pycache__ tests pyproject.toml web/editor/src/core/icons.ts | tar xf - -C build/compiled
	cd build/compiled && TIDEGATE_TEST_COMPILED=1 $(CURDIR)/$(BIN)/python -m pytest $(SPREAD) $(COMPILED_TESTS)

format: .venv/installed-dev  ## bring the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-bench  ## measure beside peers and bare limits (needs wrk; ARGS="--help" says more)
	-$(MAKE) --no-print-directory wheel
	$(BIN)/python -m tests.bench $(ARGS)

profile: .venv/installed-bench  ## where the data listener's microseconds go (needs wrk)
	$(BIN)/python -m tests.bench.profile $(ARGS)

soak: .venv/installed-bench  ## ten minutes at 70 % load: memory, p99, errors, rows (ARGS="--seconds 90")
	$(BIN)/python -m tests.bench.soak $(ARGS)

scale: .venv/installed-dev  ## measure at a million devices and 50 million rows (15 minutes, 8 GB of disk)
	$(BIN)/python -m tests.bench.scale $(SCALE)

editor: web/editor/node_modules  ## check and build the editor into web/static (needs Node)
	cd web/editor && npm run --silent check && npm run --silent build

editor-types: web/editor/node_modules .venv/installed-dev  ## make the editor's types from the OpenAPI document
	PYTHONPATH=. $(BIN)/python tests/web/editor_types.py

screenshots: .venv/installed-dev  ## take the README's pictures anew from the demo (needs Chromium)
	PYTHONPATH=.:tests/e2e $(BIN)/python tests/e2e/screenshots.py

editor-dev: web/editor/node_modules  ## the editor with hot reload, beside a running server (TIDEGATE_URL)
	cd web/editor && npm run --silent dev

web/editor/node_modules: web/editor/package-lock.json
	cd web/editor && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

lock:  ## pin the newest versions that pyproject.toml allows
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check '.[dev,bench,wheel]'
	.venv-lock/bin/python -m pip freeze --exclude tidegate > $(LOCK)
	rm -rf .venv-lock

clean:  ## remove what make has made
	rm -rf .venv .venv-lock build dist tests/bench/.cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tidegate needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv || (echo "make: this Python has no venv module (Debian: apt install python3-venv)"; rm -rf .venv; exit 1)
	@touch $@

.venv/installed: .venv/python pyproject.toml $(LOCK)
	@echo "installing Tidegate into .venv (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev]'
	@touch $@

.venv/installed-bench: .venv/installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev,bench]'
	@touch $@
