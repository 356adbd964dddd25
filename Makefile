# The commands of the project. They need Python 3.10 or newer and make; all else
# is put into .venv by scripts/setup.py, once.
PYTHON ?= python3
VENV_PYTHON = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test quick soak bench build lock setup setup-test setup-soak clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:
	@$(PYTHON) scripts/setup.py base node build

setup-test:
	@$(PYTHON) scripts/setup.py system base node build test oldest livy ui

setup-soak: setup-test
	@$(PYTHON) scripts/setup.py soak

demo: setup ## Start the demo: JupyterLab, Spark and an S3 endpoint on this machine
	@$(VENV_PYTHON) -m demo

test: setup-test ## Run every check and every test
	@$(VENV_PYTHON) scripts/run_tests.py

quick: ## Run lint, types and the pure tests (under 3 minutes once set up)
	@$(PYTHON) scripts/setup.py base node build test
	@$(VENV_PYTHON) scripts/run_tests.py --quick

soak: setup-soak ## Restart kernels in every way, 30 times and more (table of docs/restart.md); walk 2,000 steps through Spark; try 100,000 bad inputs; run all tests that need Spark with both lines of it
	@$(VENV_PYTHON) scripts/soak.py

bench: ## Run the benchmarks; writes bench/RESULTS.md
	@$(PYTHON) scripts/setup.py system base node build test ui
	@$(VENV_PYTHON) -m bench

build: setup ## Build the wheel and the source archive into dist/
	@rm -rf dist
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(VENV_PYTHON) -m hatchling build

# Pins that are made with Python 3.10, and those of packages that need 3.11.
PINS = base test oldest livy writers java node spark35
PINS_311 = spark4 spark41
# Of these nothing is installed but what is listed.
PINS_ALONE = data hub livy-kernels senders
PINS_ALONE_311 = together

# Pins of the files named in $(1), with options $(2) of uv.
define pin
	@for name in $(1); do \
	  (cd requirements && printf '# Made from %s.in by `make lock`; edit that file instead.\n' $$name && \
	   ../.venv/bin/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header \
	     --no-annotate --no-emit-index-url --no-emit-find-links $(2) $$name.in) > requirements/$$name.new && \
	  mv requirements/$$name.new requirements/$$name.txt || exit 1; \
	done
endef

lock: setup ## Pin the newest versions again, with their hashes: requirements/*.txt and both yarn.lock
	@$(VENV_PYTHON) -m pip install --quiet uv
	$(call pin,$(PINS),--python-version 3.10)
	$(call pin,$(PINS_311),--python-version 3.11)
	$(call pin,$(PINS_ALONE),--python-version 3.10 --no-deps)
	$(call pin,$(PINS_ALONE_311),--python-version 3.11 --no-deps)
	@.venv/bin/jlpm up '*' && cd ui-tests && ../.venv/bin/jlpm up '*'

clean: ## Remove everything that was built or installed here
	rm -rf .venv .venv-oldest .venv-livy .test-results build dist lib node_modules ui-tests/node_modules
	rm -rf tsconfig.tsbuildinfo jupyterlab_s3_encryption/labextension jupyterlab_s3_encryption/_version.py
	rm -f jupyterlab_s3_encryption/agent/data/contract.json jupyterlab_s3_encryption/agent/data/java_classes.txt jupyterlab_s3_encryption/large/audit_classes.txt src/kernel/agent*.json src/documentation/pages.json
