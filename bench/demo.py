"""Time the demo in a fresh copy of the repository: seconds and memory of each step, cold and again.

    make bench-demo

JSON on standard output, a table on standard error. Nothing of the checkout is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the demo twice in a copy and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy_of_checkout(Path(folder))
        runs = {name: _demo(copy) for name in ("cold", "again")}
    _print_table(runs)
    print(json.dumps(runs, indent=2))


def _copy_of_checkout(folder: Path) -> Path:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def _demo(copy: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "scripts")}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "leitstand", "demo", "--json"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    return {
        "seconds": said["seconds"],
        "total_seconds": round(time.monotonic() - start, 2),
        "peak_gib": said["peak_gib"],
        "models": said["models"],
        "checks": said["checks_passed"],
    }


def _print_table(runs: dict[str, dict[str, Any]]) -> None:
    print(f"{'step':<10}" + "".join(f"{name:>10}" for name in runs), file=sys.stderr)
    for step in runs["cold"]["seconds"]:
        row = "".join(f"{run['seconds'][step]:>8.1f} s" for run in runs.values())
        print(f"{step:<10}{row}", file=sys.stderr)
    for name, unit in (("total_seconds", "s"), ("peak_gib", "GiB"), ("models", ""), ("checks", "")):
        row = "".join(f"{run[name]:>8} {unit}" for run in runs.values())
        print(f"{name:<10}{row}", file=sys.stderr)


if __name__ == "__main__":
    main()
