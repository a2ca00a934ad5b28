"""The command, killed by SIGKILL at a point of its work: `python -m faults.killed POINT COMMAND …`.

A point is `module:function` (killed before the function does anything), `module:function:after`, or
`file:PATH` (killed as soon as that file is written).
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def die() -> None:
    """End at once, as a machine without power does: nothing is flushed, closed or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Set the trap at the point."""
    first, _, rest = point.partition(":")
    if first == "file":
        threading.Thread(target=_die_when_written, args=(Path(rest), time.time()), daemon=True).start()
        return
    module, (name, _, when) = importlib.import_module(first), rest.partition(":")
    setattr(module, name, _deadly(getattr(module, name), is_after=when == "after"))


def _deadly(function: Callable[..., Any], *, is_after: bool) -> Callable[..., Any]:
    def trap(*arguments: Any, **named: Any) -> None:
        if is_after:
            function(*arguments, **named)
        die()

    return trap


def _die_when_written(file: Path, since: float) -> None:
    while not (file.exists() and file.stat().st_mtime >= since):
        time.sleep(0.02)
    die()


if __name__ == "__main__":
    arm(sys.argv[1])
    from leitstand.cli import main

    sys.argv = ["leitstand", *sys.argv[2:]]
    sys.exit(main())
