"""The project as git knows it, built with dbt alone: no flags, and nothing has landed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leitstand.config import PROJECT_ROOT

DBT = str(Path(sys.executable).with_name("dbt"))


@dataclass(frozen=True)
class FreshClone:
    """The folder, and what `dbt build` said there."""

    folder: Path
    done: subprocess.CompletedProcess[str]

    def artifact(self, name: str) -> Any:
        """`manifest` or `run_results`, as the build left it."""
        return json.loads((self.folder / "target" / f"{name}.json").read_text(encoding="utf-8"))


def build_fresh_clone(folder: Path) -> FreshClone:
    """Copy the files that git knows, and nothing else, and build there; unit tests run with it."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in filter(None, names):
        source = PROJECT_ROOT / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
    done = subprocess.run([DBT, "build"], cwd=folder, capture_output=True, text=True, timeout=600)
    return FreshClone(folder, done)
