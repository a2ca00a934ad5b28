"""The lake: every load kept as Parquet, so that the warehouse can be made again.

`<lake>/<load number>/` holds one Parquet per file with the source's text as read, and `load.json`. A load is
written to `.unfinished`, moved into place with the marker `uncommitted` before the warehouse commits, and
unmarked after.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from leitstand.errors import LeitstandError
from leitstand.land.mapping import FileEntry

LOAD_FILE = "load.json"
MARKER = "uncommitted"


class KeptFile(BaseModel):
    """One file of a load as the lake keeps it, with all that is needed to land it again."""

    model_config = ConfigDict(frozen=True)

    connection: str
    file_name: str
    file_hash: str
    mapping_hash: str
    parquet: str
    lines: int
    header: tuple[str, ...]
    native: tuple[str, ...]
    entry: FileEntry


class Load(BaseModel):
    """One load; `loaded_at` is naive UTC."""

    model_config = ConfigDict(frozen=True)

    load_number: int
    loaded_at: dt.datetime
    files: tuple[KeptFile, ...] = ()


class Lake:
    """The folder that keeps the loads of one company."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made."""
        self.folder = folder
        self.draft = folder / ".unfinished"

    def numbers(self) -> list[int]:
        """The numbers of the loads that are kept."""
        if not self.folder.is_dir():
            return []
        return sorted(int(p.name) for p in self.folder.iterdir() if p.name.isdigit())

    def committed(self) -> list[int]:
        """The numbers of the loads that the warehouse has taken, too."""
        return [number for number in self.numbers() if not (self.path(number) / MARKER).exists()]

    def path(self, number: int) -> Path:
        """The folder of one load."""
        return self.folder / f"{number:06d}"

    def settle(self, committed: set[int]) -> None:
        """Clear what an interrupted load left; `committed` are the loads that the warehouse holds."""
        shutil.rmtree(self.draft, ignore_errors=True)
        for number in self.numbers():
            marker = self.path(number) / MARKER
            if marker.exists() and number in committed:
                marker.unlink()
            elif marker.exists():
                self.path(number).rename(self.draft)
                shutil.rmtree(self.draft)

    def begin(self) -> Path:
        """Make the hidden folder in which a load is prepared."""
        self.draft.mkdir(parents=True)
        return self.draft

    def discard(self) -> None:
        """Drop what is being prepared."""
        shutil.rmtree(self.draft, ignore_errors=True)

    def put(self, load: Load) -> None:
        """Move the prepared load into place, marked as not yet committed."""
        content = load.model_dump(mode="json", by_alias=True, exclude_none=True)
        (self.draft / LOAD_FILE).write_text(
            json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        (self.draft / MARKER).touch()
        self.draft.rename(self.path(load.load_number))

    def withdraw(self, number: int) -> None:
        """Take a load back that could not be committed."""
        self.path(number).rename(self.draft)
        self.discard()

    def confirm(self, number: int) -> None:
        """Say that the warehouse holds this load."""
        (self.path(number) / MARKER).unlink()

    def read(self, number: int) -> Load:
        """What is known of one load.

        Raises:
            LeitstandError: its description is missing or damaged.
        """
        path = self.path(number) / LOAD_FILE
        try:
            return Load.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            raise LeitstandError(
                f"{path}: expected the description of a load, found none that can be read ({error}). "
                f"Restore the folder from a backup."
            ) from error
