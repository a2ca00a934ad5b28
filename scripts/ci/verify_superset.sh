#!/bin/sh
# Apache Superset for real: started on loopback, filled by `leitstand bi superset`, asked for every chart.
# The demo is run first where nothing is published yet. Exit status 77: Superset cannot be installed here.
set -eu
SUPERSET_ENVIRONMENT=$(python scripts/ci/superset_environment.py) || exit 77
export SUPERSET_ENVIRONMENT
if [ ! -e releases/current/kpi.duckdb ]; then
    leitstand demo
fi
exec pytest -q -s tests/python/verify_superset.py "$@"
