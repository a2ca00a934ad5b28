"""A writer in a process of its own that is killed by SIGKILL at a point of its work.

A point is `module:function` (killed before the function does anything), `module:function:after`, or
`file:PATH` (killed as soon as that file is written). A method is `module:Class.method`. The process is a
fork: it has imported what this one has, so that a kill costs what the work costs.
"""

from __future__ import annotations

import importlib
import operator
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def kill(point: str, work: Callable[[], object]) -> None:
    """Do some work until it is killed at the point."""
    child = os.fork()
    if child == 0:
        try:
            _arm(point)
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == -signal.SIGKILL, f"{point} was not reached"


def command(*arguments: str) -> None:
    """The command as a user calls it, in this process."""
    from leitstand.cli import main

    sys.argv = ["leitstand", *arguments]
    main()


def _die() -> None:
    """End at once, as a machine without power does: nothing is flushed, closed or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str) -> None:
    """Set the trap at the point."""
    first, _, rest = point.partition(":")
    if first == "file":
        threading.Thread(target=_die_when_written, args=(Path(rest), time.time()), daemon=True).start()
        return
    path, _, when = rest.partition(":")
    owner, _, name = f"{first}.{path}".rpartition(".")
    place: Any = importlib.import_module(first)
    if owner != first:
        place = operator.attrgetter(owner.removeprefix(f"{first}."))(place)
    setattr(place, name, _deadly(getattr(place, name), is_after=when == "after"))


def _deadly(function: Callable[..., Any], *, is_after: bool) -> Callable[..., Any]:
    def trap(*arguments: Any, **named: Any) -> None:
        if is_after:
            function(*arguments, **named)
        _die()

    return trap


def _die_when_written(file: Path, since: float) -> None:
    while not (file.exists() and file.stat().st_mtime >= since):
        time.sleep(0.02)
    _die()
