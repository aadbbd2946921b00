# Everything that is installed or written stays in this folder; nothing needs root or a home folder.
# After the first `make setup` every target but `lock`, `browser`, `cluster` and `postgres` works without a network.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PACKAGES := hospital forecasting twin scheduling inventory scenarios governance application dashboard
VENV := .venv
PYTHON := $(VENV)/bin/python
CATALOGUES := $(wildcard application/locale/*/LC_MESSAGES/*.po)
UV ?= uv

# --no-deps: the lock is complete, so there is nothing to resolve. Byte code is compiled afterwards
# on all cores instead of by pip on one.
PIP_INSTALL := -m pip install -qq --no-cache-dir --no-compile --no-deps --progress-bar off \
	--disable-pip-version-check --root-user-action=ignore

# Matplotlib would otherwise keep its font list in the home folder.
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/cache/matplotlib
# Tests start Python hundreds of times: it must not compile Tadbir anew each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: browser-slow api-fuzz bench-dashboard bench-forecasting bench-scenarios bench-trust bench-users bench-inventory postgres postgres-slow postgres-test bench-rostering bench-theatre bench-twin validation messages setup demo dashboard test test-slow check docs wheel animate cluster browser screens lock clean help

setup: $(VENV)/.installed ## create .venv and install Tadbir in it (Python >= 3.11)

# A name on the PATH may be a shim that does not run, or a Python without venv: try each.
$(VENV)/.locked: requirements.lock
	@for name in python3.13 python3.12 python3.11 python3; do \
	  if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	    >/dev/null 2>&1; then python="$$name"; break; fi; \
	done; \
	if [ -z "$${python:-}" ]; then \
	  echo "Tadbir needs Python >= 3.11 with venv (on Debian: apt-get install python3-venv)." >&2; \
	  exit 1; \
	fi; \
	echo "Creating $(VENV) with $$("$$python" --version), then installing requirements.lock"; \
	"$$python" -m venv --clear $(VENV)
	@$(PYTHON) $(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PYTHON) -W ignore -m compileall -qq -j 0 -x '/(tests?|stan_model)/' $(VENV)/lib || \
	  echo "Some byte code could not be compiled ahead; first starts may be slower."
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml hatch_build.py $(CATALOGUES)
	@$(PYTHON) $(PIP_INSTALL) --no-build-isolation -e .
	@touch $@

demo: setup ## run the demonstration: forecast, twin, roster, stock plan, comparison
	@$(VENV)/bin/tadbir demo

dashboard: setup ## open the dashboard
	@$(VENV)/bin/tadbir dashboard

test: setup ## run the tests, but for the slow ones and those that need a browser
	$(PYTHON) -m pytest -n 2 --dist loadfile -m "not slow and not browser and not postgres"

test-slow: setup ## run the slow tests
	$(PYTHON) -m pytest -n 2 -m "slow and not browser and not postgres"

check: setup ## format, lint, types, layers, house rules
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/lint-imports --config importlinter-runtime.toml
	$(PYTHON) -m pytest -n 2 -m "not browser" tests/house

docs: setup ## rebuild the figures and tables of the documentation
	$(PYTHON) docs/build.py

wheel: setup ## build the wheel into dist/
	@rm -rf dist
	$(PYTHON) -m hatchling build -t wheel

$(VENV)/.browser: $(VENV)/.installed requirements-browser.lock
	@$(PYTHON) $(PIP_INSTALL) --require-hashes -r requirements-browser.lock
	@touch $@

$(VENV)/.animate: $(VENV)/.installed requirements-animate.lock
	@$(PYTHON) $(PIP_INSTALL) --require-hashes -r requirements-animate.lock
	@touch $@

animate: setup $(VENV)/.animate ## install what `tadbir twin animate` needs, and test it
	$(PYTHON) -m pytest tests/application/test_animation.py

$(VENV)/.cluster: $(VENV)/.installed requirements-cluster.lock
	@$(PYTHON) $(PIP_INSTALL) --require-hashes -r requirements-cluster.lock
	@touch $@

cluster: $(VENV)/.cluster ## install Dask and run the tests on a cluster of this machine
	$(PYTHON) -m pytest tests/application/test_cluster.py

BROWSER_TESTS := browser and not slow
browser-slow: BROWSER_TESTS := browser
browser-slow: browser ## the same, and axe-core on every page in the light and in the dark

# Debian's Chromium: no browser is downloaded by Playwright. DejaVu has Arabic letters.
browser: setup ## run the tests that need a browser
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	fi; \
	if command -v chromium >/dev/null; then \
	  $(MAKE) --no-print-directory $(VENV)/.browser; \
	  echo '$(PYTHON) -m pytest -m "$(BROWSER_TESTS)"'; \
	  $(PYTHON) -m pytest -m "$(BROWSER_TESTS)"; \
	else \
	  echo "Browser tests skipped: Chromium is missing, and only root can install it (apt-get install chromium)."; \
	fi

# The real series lie beside the project; SHARED names their folder.
SHARED ?= ../shared
# Peers (statsforecast, which caps pandas below 3) live apart; ours runs in .venv.
.venv-bench-forecasting/.ready: $(VENV)/.installed benchmarks/forecasting/requirements.txt
	@$(PYTHON) -m venv --clear .venv-bench-forecasting
	@.venv-bench-forecasting/bin/python -m pip install -qq --no-cache-dir \
	  --disable-pip-version-check --root-user-action=ignore -r benchmarks/forecasting/requirements.txt
	@touch $@

bench-forecasting: setup .venv-bench-forecasting/.ready ## forecasts of real series beside default Prophet and classical rivals
	$(PYTHON) -m benchmarks.forecasting.run --shared $(SHARED) $(BENCH)

validation: setup ## published cases beside the twin (a minute): rewrites docs/validation.md
	$(PYTHON) -m docs.validation

# Peers (Ciw, Numba) live in .venv-bench, which also sees the packages of .venv.
.venv-bench/.ready: $(VENV)/.installed benchmarks/twin/requirements.txt
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install -qq --no-cache-dir --disable-pip-version-check \
	  --root-user-action=ignore -r benchmarks/twin/requirements.txt
	@.venv-bench/bin/python -c 'import site, sys; open(site.getsitepackages()[0] + "/tadbir.pth", "w").write(sys.argv[1] + "\n")' \
	  "$$($(PYTHON) -c 'import site; print(site.getsitepackages()[0])')"
	@touch $@

bench-twin: .venv-bench/.ready ## speed of the twin beside SimPy, Ciw, a heap loop and compiled code
	.venv-bench/bin/python -m benchmarks.twin.run --reference $(SHARED)/benchmarks/ref-h1 $(BENCH)

bench-rostering: setup ## rosters of the Curtois-Qu instances beside plain CP-SAT and HiGHS
	$(PYTHON) -m benchmarks.rostering.run --shared $(SHARED) $(BENCH)

# The peer (stockpyl, which breaks on numpy 2) lives apart; ours runs in .venv.
.venv-bench-inventory/.ready: $(VENV)/.installed benchmarks/inventory/requirements.txt
	@$(PYTHON) -m venv --clear .venv-bench-inventory
	@.venv-bench-inventory/bin/python -m pip install -qq --no-cache-dir \
	  --disable-pip-version-check --root-user-action=ignore -r benchmarks/inventory/requirements.txt
	@touch $@

bench-inventory: setup .venv-bench-inventory/.ready ## simulator, real demand, tight budgets, transfers and scale of the pharmacy
	$(PYTHON) -m benchmarks.inventory.run --shared $(SHARED) $(BENCH)

$(VENV)/.postgres: $(VENV)/.installed requirements-postgres.lock
	@$(PYTHON) $(PIP_INSTALL) --require-hashes -r requirements-postgres.lock
	@touch $@

# Debian's PostgreSQL, without the server that its package would start: tests start their own.
$(VENV)/.postgres-server:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null && \
	  sed -i -E 's/^#? *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
	  apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	fi
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then touch $@; else \
	  echo "Only SQLite is tested: PostgreSQL is missing, and only root can install it (apt-get install postgresql)."; \
	fi

postgres: $(VENV)/.postgres $(VENV)/.postgres-server ## test the database on PostgreSQL as on SQLite (Debian's, on a socket)
	$(PYTHON) -m pytest -n 2 --dist loadfile -m "postgres and not slow" tests/application

postgres-slow: $(VENV)/.postgres $(VENV)/.postgres-server ## many writers, many kills and a killed server on PostgreSQL
	$(PYTHON) -m pytest -n 2 --dist loadfile -m postgres tests/application/use_cases/test_accounts.py \
	  tests/application/use_cases/test_models.py
	$(PYTHON) -m pytest -m "postgres and slow" tests/application

postgres-test: postgres

bench-users: $(VENV)/.postgres $(VENV)/.postgres-server ## a hundred users post and read for a minute on PostgreSQL
	$(PYTHON) -m benchmarks.trust.users $(BENCH)

# Schemathesis lives in .venv-api-fuzz, apart: it speaks to a server of ours as any program would.
.venv-api-fuzz/.ready: $(VENV)/.installed tests/requirements-api-fuzz.txt
	@$(PYTHON) -m venv --clear .venv-api-fuzz
	@.venv-api-fuzz/bin/python -m pip install -qq --no-cache-dir --disable-pip-version-check \
	  --root-user-action=ignore -r tests/requirements-api-fuzz.txt
	@touch $@

api-fuzz: .venv-api-fuzz/.ready ## ask the API whatever its description allows, and more, as every role
	SCHEMATHESIS=.venv-api-fuzz/bin/schemathesis $(PYTHON) -m pytest -s tests/application/api/test_fuzz.py

bench-theatre: setup ## plans of the IHTC-2024 instances beside greedy and plain CP-SAT
	$(PYTHON) -m benchmarks.theatre.run --shared $(SHARED) $(BENCH)

bench-trust: setup ## speed of the record, power of equity verdicts and drift, gain of shared parameters
	$(PYTHON) -m benchmarks.trust.run $(BENCH)

bench-scenarios: $(VENV)/.cluster ## the best of ten found; many scenarios in time; killed runs; the cost model
	$(PYTHON) -m benchmarks.scenarios.run $(BENCH)

# Chromium and Playwright as for `make browser`; on a machine that does nothing else.
bench-dashboard: setup $(VENV)/.browser ## cold loads, clicks, reruns of every page, twenty people at once
	$(PYTHON) -m benchmarks.dashboard.run $(BENCH)

screens: setup $(VENV)/.browser ## take the pictures of the dashboard for the documentation
	$(PYTHON) -m docs.screens

# Sentences are found in the code (say, t) and merged into the French and Arabic catalogues.
messages: setup ## bring the catalogues up to date with the sentences in the code
	$(VENV)/bin/pybabel -q extract -F babel.cfg -k say -k t --no-location --sort-output \
	  --omit-header --width 100 -o $(VENV)/tadbir.pot $(PACKAGES)
	for language in fr ar; do \
	  $(VENV)/bin/pybabel -q update -D tadbir -i $(VENV)/tadbir.pot -d application/locale \
	    -l $$language --no-fuzzy-matching --ignore-obsolete --width 100; \
	  sed -i.old -E -e '/^"($(PO_NOISE)):/d' \
	    -e 's/^"Project-Id-Version:.*/"Project-Id-Version: tadbir\\n"/' \
	    application/locale/$$language/LC_MESSAGES/tadbir.po; \
	  rm application/locale/$$language/LC_MESSAGES/tadbir.po.old; \
	done

# Dates, tools and placeholder addresses would change the catalogues without changing a sentence.
PO_NOISE := POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team|Generated-By

lock: ## resolve the dependencies anew (needs uv and a network)
	$(UV) pip compile pyproject.toml --extra dev --output-file requirements.lock $(LOCK_OPTIONS)
	for extra in browser animate cluster postgres; do \
	  python3 -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")' $$extra \
	    | $(UV) pip compile - --constraint requirements.lock --output-file requirements-$$extra.lock $(LOCK_OPTIONS); \
	done

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

clean: ## remove everything that was built or installed
	rm -rf $(VENV) .venv-api-fuzz .venv-bench .venv-bench-forecasting .venv-bench-inventory .tadbir build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find $(wildcard $(PACKAGES) tests benchmarks docs) -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f application/locale/*/LC_MESSAGES/*.mo

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'
