#!/bin/sh
# The demo's models on Postgres, compared with what DuckDB made of the same rows.
# The demo is run first where nothing is built yet.
set -eu
if [ ! -e warehouse/leitstand.duckdb ]; then
    leitstand demo
fi
exec python -m ci.postgres_twin "$@"
