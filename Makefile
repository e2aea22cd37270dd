# Two commands on a fresh machine with Python 3.11+, git and make: `make demo` and `make test`.
# `make test` answers in a few minutes; `make test-all` runs what takes longer too.
PYTHON ?= python3
VENV := .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
BUILD := $(CURDIR)/$(VENV)/build
RUNS := $(VENV)/.runs
DEV := $(VENV)/.dev
# How many examples a property has where all is tried: `few` are the same each time.
EXAMPLES ?= many
PYTEST = $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder

.PHONY: demo test test-thorough test-lowest test-all mutate lint regen lock clean

demo: $(RUNS)
	$(BIN)/auditor demo --out demo

test: $(DEV)
	$(PYTEST) -m "not thorough"

test-thorough: $(DEV)
	EXAMPLES=$(EXAMPLES) $(PYTEST) --timeout=900 -m "thorough or hypothesis"

# Each lower bound of pyproject.toml is true: with the lowest versions the demo runs and the commands do what they should.
test-lowest: VENV = .venv-lowest
test-lowest:
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) --require-hashes --requirement requirements-lowest.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/auditor --quiet demo --out $(VENV)/demo
	$(PYTEST) -m "not thorough" tests/commands
	rm -r $(VENV)

test-all: test test-thorough test-lowest

# Which changes of a room does no test notice? make mutate ROOM=auditor/language TESTS=tests/language SEED=1 NUMBER=150
# mutmut changes one place at a time in mutants/, a copy. SEED chooses NUMBER of its changes, the same each time. WITHOUT
# names files and tests of TESTS to leave out: those that start the program as another process, or measure seconds.
MUTMUT := $(VENV)/mutmut
SEED ?= 1
NUMBER ?= 150
COPIED := officials.yaml officials.schema.json templates docs benchmarks tools README.md README.ru.md CONTRIBUTING.md
CHOOSE := import random, re, sys; names = re.findall(r"auditor\S+(?=:)", sys.stdin.read()); \
	print(*random.Random($(SEED)).sample(names, min($(NUMBER), len(names))))

mutate: $(MUTMUT)/.ready
	printf '%s\n' '[mutmut]' 'source_paths = auditor' 'only_mutate = $(ROOM)*' > setup.cfg
	printf '%s\n' 'also_copy =' $(COPIED:%='  %') 'pytest_add_cli_args_test_selection =' $(TESTS:%='  %') >> setup.cfg
	printf '%s\n' 'pytest_add_cli_args =' '  -m' '  not thorough' $(WITHOUT:%='  --deselect=%') >> setup.cfg
	rm -rf mutants
	$(MUTMUT)/bin/mutmut run nothing > /dev/null 2>&1 || true  # makes the mutants, and runs none
	$(MUTMUT)/bin/mutmut run $$($(MUTMUT)/bin/mutmut results --all true | $(BIN)/python -c '$(CHOOSE)') > mutants/log 2>&1 || true
	tr '\r' '\n' < mutants/log | tail -n 3
	$(MUTMUT)/bin/mutmut results | grep -v 'not checked' || true

$(MUTMUT)/.ready: $(DEV)
	$(BIN)/python -m venv $(MUTMUT)
	$(MUTMUT)/bin/python -m pip install --quiet -r requirements.lock -r requirements-dev.lock
	$(MUTMUT)/bin/python -m pip install --quiet 'mutmut>=3.8.1,<3.9'
	touch $@

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/measure_names.py auditor tests tools benchmarks --hold

# All that is made from the code and committed; read the diff. What readers are shown last: it needs the translations.
regen: $(DEV)
	$(BIN)/python tools/messages.py
	$(MAKE) --silent $(DEV)
	$(BIN)/python -m tools.sentences
	$(BIN)/auditor registry schema > officials.schema.json
	$(BIN)/python -m tools.comment_rules
	$(BIN)/python -m tests.golden
	$(BIN)/python -m tests.own_region

# The locks hold versions and hashes and no addresses, so they work with any index. They need uv.
LOCKED := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

lock:
	$(LOCKED) pyproject.toml --output-file requirements.lock
	$(LOCKED) --group build --constraint requirements.lock --output-file requirements-build.lock
	$(LOCKED) --group dev --constraint requirements.lock --constraint requirements-build.lock --output-file requirements-dev.lock
	$(LOCKED) --resolution lowest-direct pyproject.toml --group build --group test --output-file requirements-lowest.lock

clean:
	rm -rf $(VENV) .venv-lowest mutants setup.cfg demo data reports dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What runs. pip compiles bytecode as it installs; telethon alone takes 0.8 s to import without it.
# What builds it stands in a folder of its own, which goes again: 30 MB that no run reads.
$(RUNS): requirements.lock requirements-build.lock pyproject.toml $(wildcard auditor/locales/*.po)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "auditor needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --require-hashes --requirement requirements-build.lock --upgrade --target $(BUILD)
	PYTHONPATH=$(BUILD) $(INSTALL) --no-deps --no-build-isolation --editable .
	rm -r $(BUILD)
	$(BIN)/python -m compileall -q auditor
	touch $(RUNS)

# What tests and checks it.
$(DEV): $(RUNS) requirements-dev.lock
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	touch $(DEV)
