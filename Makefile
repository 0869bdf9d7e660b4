# Two commands on a fresh machine: `make demo` and `make test`. The others: docs/contributing.md.
PYTHON ?= python3
BIN := .venv/bin
MESSAGES := batchreport/locale/zh/LC_MESSAGES/batchreport
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal  # one folder holds most of the slow tests: no core waits for it

.DEFAULT_GOAL := demo
.PHONY: demo test check lint system lock samples coverage clean

demo: .venv/.ok
	$(BIN)/batchreport build workbooks/ || test $$? -eq 1  # 1: a sample workbook is faulty on purpose
	@echo "The reports lie in out/, one folder a period:"
	@ls -1 out/*/*.docx

test: system lint
	$(PYTEST)

check: lint
	$(PYTEST) -m "not outside"

lint: .venv/.ok
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

system:
	.ci/system

.venv/.ok: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# Two weeks of age, because the newest release has not reached every mirror of the package index, nor its mistakes the light.
lock: .venv/.ok
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --exclude-newer "14 days" --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--group dev --output-file requirements.lock pyproject.toml

# What is made from something else and committed: sample workbooks, template, starter, the command line's words in Chinese.
samples: .venv/.ok
	$(BIN)/python -m tools.make_template
	$(BIN)/python -m tools.make_samples
	$(BIN)/python -m tools.make_starter
	$(BIN)/pybabel --quiet compile -i $(MESSAGES).po -o $(MESSAGES).mo

coverage: .venv/.ok
	$(PYTEST) --cov --cov-report=term-missing:skip-covered

clean:
	rm -rf .venv .cache dist
	find out -mindepth 1 ! -name .gitignore -delete
