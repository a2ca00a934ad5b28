#!/bin/sh
# Look at the page in a real browser: that of the last release, or a made-up one where there is none.
# Exit status 77: there is no browser here, and none can be installed.
set -eu
sh scripts/ci/install_browser.sh || exit 77
if [ -e releases/current/kpi.duckdb ]; then
    set -- --release releases/current "$@"
fi
exec python tests/python/verify_page.py "$@"
