"""What a load has done, for people and for `--json`: plain values all through."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileRecord:
    """One file, feed and load, as `landing.files` keeps it.

    Always rows_read = rows_landed + rows_quarantined. Without unpivot lines_read = rows_not_selected +
    rows_read; with unpivot lines_read * unpivoted columns = cells_missing + rows_read.
    """

    load_number: int
    loaded_at: str
    connection: str
    entity: str
    file_name: str
    file_hash: str
    mapping_hash: str
    lines_read: int
    rows_not_selected: int
    cells_missing: int
    rows_read: int
    rows_landed: int
    rows_quarantined: int


@dataclass(frozen=True)
class SkippedFile:
    """A file whose content has landed before by the same mapping."""

    connection: str
    file_name: str
    file_hash: str
    reason: str = "already landed"


@dataclass(frozen=True)
class LandResult:
    """One call of `land` or `rebuild`.

    load_number and loaded_at (ISO 8601, UTC) are those of the last load, None where nothing was new.
    """

    load_number: int | None
    loaded_at: str | None
    files: tuple[FileRecord, ...]
    skipped: tuple[SkippedFile, ...]
