"""Make the environment of the Superset that is tested with, and print its folder: `.leitstand/superset`.

Superset wants other versions of many packages than the project, so it cannot be installed beside it. All
versions are those of one day, on which they were seen to run together.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bootstrap import TOOLS, uv_variables
from fetch_uv import configured, find_or_fetch

PACKAGES = ("apache-superset==6.1.0", "duckdb-engine", "duckdb==1.5.*", "rich", "cachetools")
DAY = "2026-05-25"
FOLDER = TOOLS / "superset"


def main() -> None:
    """Install what is not there yet."""
    stamp, wanted = FOLDER / "installed.txt", f"{DAY} {' '.join(PACKAGES)}"
    if not stamp.is_file() or stamp.read_text() != wanted:
        say(f"installing {PACKAGES[0]} below {FOLDER}")
        uv = find_or_fetch(TOOLS, say)
        variables = uv_variables(configured("index-url"), configured("cert"))
        at = ["--python", str(FOLDER / "bin" / "python")]
        for command in (
            ["venv", "--quiet", "--clear", str(FOLDER)],
            ["pip", "install", "--quiet", "--exclude-newer", DAY, *at, *PACKAGES],
        ):
            subprocess.run([uv, *command], env=variables, check=True)
        stamp.write_text(wanted)
    print(FOLDER)


def say(line: str) -> None:
    """Tell the user, on standard error: standard output is the folder."""
    print(f"superset: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
