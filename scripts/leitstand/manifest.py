"""dbt's manifest, read; and as it may leave this machine."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]

_LEFT_OUT = {
    "compiled_code",
    "compiled_path",
    "extra_ctes",
    "extra_ctes_injected",
    "build_path",
    "created_at",
}
"""What no comparison needs: compiled SQL, and what differs from one machine or hour to the next."""


def read_manifest(file: Path) -> Manifest:
    """The content of a `manifest.json`, for reading only: it is read once for all who ask for it."""
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size, state.st_ino)


@functools.lru_cache(maxsize=2)  # a published one beside that of the build
def _read(file: Path, *_state: int) -> Manifest:
    manifest: Manifest = json.loads(file.read_text(encoding="utf-8"))
    return manifest


def without_places(manifest: Manifest) -> Manifest:
    """A manifest without compiled SQL, environment, user and paths of the machine."""
    metadata = {**manifest["metadata"], "env": {}, "user_id": None, "project_id": None}
    return {
        **manifest,
        "metadata": metadata,
        "nodes": {
            name: {key: value for key, value in node.items() if key not in _LEFT_OUT}
            | ({"root_path": "."} if "root_path" in node else {})
            for name, node in manifest["nodes"].items()
        },
    }
