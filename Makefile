# Each target is one line of scripts/bootstrap.py, which makes the environment where it is not there yet.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo test lint verify verify-pages verify-change verify-examples verify-faults verify-metrics verify-restatements verify-superset verify-twin bench bench-demo clean

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo:  ## the built-in company, from its export files to the published figures and the page
	@$(PYTHON) scripts/bootstrap.py demo

test:  ## all checks and tests
	@$(PYTHON) scripts/bootstrap.py test

lint:  ## the checks of style and structure alone
	@$(PYTHON) scripts/bootstrap.py lint

verify:  ## all that is too long for the tests; ends with what ran and what could not run here
	@$(PYTHON) scripts/bootstrap.py verify

verify-examples:  ## the four examples on their real data (LEITSTAND_REAL_DATA), with all their checks
	@$(PYTHON) scripts/bootstrap.py verify-examples

verify-faults:  ## fifty killed runs, thirty days of exports day by day and at once, 2,000 bad files and rows
	@$(PYTHON) scripts/bootstrap.py verify-faults

verify-metrics:  ## every mart against its metrics, with nothing kept of earlier comparisons
	@$(PYTHON) scripts/bootstrap.py verify-metrics

verify-restatements:  ## a company that publishes again and again: each difference by its cause
	@$(PYTHON) scripts/bootstrap.py verify-restatements

verify-superset:  ## a real Superset, filled from the demo, asked for every chart before and after a release
	@$(PYTHON) scripts/bootstrap.py verify-superset

verify-twin:  ## the demo's models on Postgres, compared with what DuckDB made of the same rows
	@$(PYTHON) scripts/bootstrap.py verify-twin

verify-pages:  ## look at the pages in a real browser (installs one where there is none)
	@$(PYTHON) scripts/bootstrap.py verify-pages

verify-change:  ## other definitions and another model, built beside what is published, and compared
	@$(PYTHON) scripts/bootstrap.py verify-change

bench:  ## hand-written SQL and dbt side by side at 100 thousand and 1 million leads, or LEADS=…
	@$(PYTHON) scripts/bootstrap.py bench

bench-demo:  ## the demo in a fresh copy, timed step by step
	@$(PYTHON) scripts/bootstrap.py bench-demo

clean:  ## remove the environment and what dbt and the tests left; loads and releases stay
	rm -rf .venv .leitstand target logs .mypy_cache .ruff_cache .pytest_cache .hypothesis
