#!/bin/sh
# Look at the pages in a real browser: figures, filters and keyboard on a made-up release, then every page at
# every width of the last release, or of the made-up one where there is none.
# Exit status 77: there is no browser here, and none can be installed.
set -eu
sh scripts/ci/install_browser.sh || exit 77
if [ -e releases/current/kpi.duckdb ]; then
    set -- --release releases/current "$@"
fi
LEITSTAND_BROWSER=required python -m pytest -q tests/python/test_pages_in_browser.py
exec python tests/python/verify_page.py "$@"
