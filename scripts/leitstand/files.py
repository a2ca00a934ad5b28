"""Files that are there as a whole or not at all."""

from __future__ import annotations

from pathlib import Path


def put(file: Path, content: str | bytes) -> None:
    """Write a file beside its place, then move it there: a reader never sees half of it. Text is UTF-8."""
    draft = file.with_name(f".{file.name}.draft")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(file)
