#!/bin/sh
# What takes too long for the test tier: killed runs, days of exports, and many bad files and rows.
set -eu
LEITSTAND_FUZZ=2000 pytest -q tests/python/faults/test_fuzzed_input.py
pytest -q tests/python/verify_faults.py "$@"
