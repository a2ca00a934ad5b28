"""`dbt build` on Postgres."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.postgres_twin.server import Server
from leitstand.config import PROJECT_ROOT

TARGET = PROJECT_ROOT / "target" / "twin"


@dataclass(frozen=True)
class Built:
    """What a build on Postgres said: its output, its manifest, and the status of each node."""

    output: str
    manifest: dict[str, Any]
    statuses: dict[str, str]

    def nodes(self, *statuses: str) -> list[str]:
        """The ids of the nodes that ended so."""
        return sorted(node for node, status in self.statuses.items() if status in statuses)


def build(server: Server, arguments: Sequence[str] = (), target: Path = TARGET) -> Built:
    """Seed, build and test the demo's models on Postgres, or what dbt's arguments leave of that.

    The unit tests stay out: they compare values as text, and the engines write decimals in different ways.
    """
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    done = subprocess.run(
        [
            "dbt",
            "--no-use-colors",
            # its own log of every statement would cost a fifth of the time
            "--log-level-file",
            "none",
            "build",
            "--target",
            "postgres",
            "--exclude-resource-type",
            "unit_test",
            "--target-path",
            str(target),
            *arguments,
        ],
        cwd=PROJECT_ROOT,
        env={**os.environ, **server.variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if not results.is_file():
        raise RuntimeError(f"dbt could not build on Postgres:\n{done.stdout}")
    return Built(
        output=done.stdout,
        manifest=json.loads((target / "manifest.json").read_text(encoding="utf-8")),
        statuses={
            result["unique_id"]: result["status"]
            for result in json.loads(results.read_text(encoding="utf-8"))["results"]
        },
    )
