# make demo | test | check | bench | docs — each makes its own environment in .venv first.
ifeq ($(OS),Windows_NT)
  PYTHON ?= python
  BIN := .venv/Scripts
  TOUCH = "$(BIN)/python" -c "import pathlib; pathlib.Path('$@').touch()"
else
  PYTHON ?= python3
  BIN := .venv/bin
  TOUCH = touch $@
endif
PY := "$(BIN)/python"
OUT ?= out/demo
STAMP := .venv/installed
DEVSTAMP := .venv/installed-dev

.PHONY: demo test check bench docs format clean

demo: $(STAMP)
	$(PY) -m xinzhi run --out $(OUT)

test: $(DEVSTAMP)
	$(PY) -m pytest -n auto --dist loadfile

check: $(DEVSTAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	"$(BIN)/lint-imports"

bench: $(DEVSTAMP)
	$(PY) -m bench

docs: $(DEVSTAMP)
	$(PY) -m sphinx -q -W -b html docs docs/_build/html

format: $(DEVSTAMP)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

.venv/pyvenv.cfg:
	$(PYTHON) tools/make_environment.py

$(STAMP): .venv/pyvenv.cfg pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check -e .
	$(TOUCH)

$(DEVSTAMP): .venv/pyvenv.cfg pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	$(TOUCH)

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('.venv', 'out', 'docs/_build')]"
