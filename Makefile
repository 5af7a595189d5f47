# The commands of everyday work. CI runs the README's test block and then what `check` runs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(abspath $(VENV))/bin

.PHONY: help install check test bench demo serve clean

help:            ## list these targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/ —/'

$(BIN)/voc: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -c constraints.txt -e '.[dev]'
	touch $@

install: $(BIN)/voc   ## a virtual environment with everything, pinned

check: install   ## format, lint, types, import contracts; changes nothing
	scripts/check $(BIN)

test: install    ## every test that this machine can run; skips are listed with reasons
	$(BIN)/pytest

bench: install   ## every benchmark of speed, a JSON file each, and a table of them
	PYTHON=$(BIN)/python scripts/benchmark --out build/benchmarks

demo: install    ## the whole job on the bundled feedback
	$(BIN)/voc demo

serve: install   ## the page and the API on the demo's home
	$(BIN)/voc serve --home voc-demo

clean:           ## remove what was built here
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
