#!/bin/sh
# Installs Debian's Chromium for the look at the pages (tests/python/verify_page.py), if absent.
# Needs root and apt. The page itself needs neither this browser nor the font: it names Inter first
# and falls back to the fonts of the reader's system.
set -eu

if [ -x /usr/bin/chromium ]; then
    echo "chromium is installed: $(/usr/bin/chromium --version 2>/dev/null)"
    exit 0
fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "install_browser.sh: expected root on Debian with apt-get, found neither chromium nor the" \
        "means to install it. Install chromium yourself, or run this as root." >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-inter
