"""The ledger: what each publication said, in folders that outlive the warehouse and the releases.

`releases/ledger/<number>/` holds one publication: `publication.json`, its values (`values.parquet`), why they
differ from those before (`restatement.parquet`), the definitions it was made by, and in `lineage/` the cases
behind its values. A publication is written to `.draft`, moved into place as `<number>.pending` before the
release is shown, and loses the mark after. Its number orders it, never the clock.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from leitstand.errors import LeitstandError
from leitstand.land.sql import one_file

PENDING = ".pending"
VALUES, RESTATEMENT = "values.parquet", "restatement.parquet"


class Weakened(BaseModel):
    """Who had a release published although checks failed, when (UTC) and why; the tables and checks."""

    model_config = ConfigDict(frozen=True)

    reason: str
    by: str
    at: dt.datetime
    weakened_marts: tuple[str, ...]
    failed_checks: tuple[str, ...]


class Publication(BaseModel):
    """One publication; instants are naive UTC."""

    model_config = ConfigDict(frozen=True)

    number: int
    release_id: str
    published_at: dt.datetime
    as_of: dt.datetime
    project_version: str
    code_version: str
    definition_version: str
    variables: dict[str, Any]
    last_load: int
    data_version: str
    weakened: Weakened | None = None


class Ledger:
    """The folder of all publications of one company."""

    def __init__(self, releases: Path) -> None:
        """Name the folder below that of the releases; nothing is made."""
        self.folder = releases / "ledger"
        self.draft = self.folder / ".draft"

    def publications(self) -> list[Publication]:
        """All publications that were shown, in their order.

        Raises:
            LeitstandError: the record of one cannot be read.
        """
        return [self._read(path) for path in self._folders() if not path.name.endswith(PENDING)]

    def last(self) -> Publication | None:
        """The publication shown last; None before the first."""
        shown = [path for path in self._folders() if not path.name.endswith(PENDING)]
        return self._read(shown[-1]) if shown else None

    def path(self, number: int) -> Path:
        """The folder of one publication."""
        return self.folder / f"{number:06d}"

    def lineage(self, number: int) -> Path:
        """The folder with the cases behind one publication: pseudonyms of leads, for nobody else."""
        return self.path(number) / "lineage"

    def settle(self, current: str | None) -> set[str]:
        """Clear what an interrupted publication left: keep it if its release is the one shown.

        What was written and never shown is removed, and returned by name.
        """
        shutil.rmtree(self.draft, ignore_errors=True)
        withdrawn = set()
        for path in self._folders():
            if path.name.endswith(PENDING):
                pending = self._read(path)
                if pending.release_id == current:
                    self.confirm(pending.number)
                else:
                    # the release first, then its record by one rename: a kill in between is settled again
                    withdrawn.add(pending.release_id)
                    release = self.folder.parent / pending.release_id
                    if release.is_dir():
                        shutil.rmtree(release)
                    path.rename(self.draft)
                    shutil.rmtree(self.draft)
        return withdrawn

    def begin(self) -> Path:
        """Make the hidden folder in which a publication is prepared."""
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True)
        (self.draft / "lineage").mkdir(mode=0o700)
        return self.draft

    def put(self, publication: Publication) -> None:
        """Move the prepared publication into place, marked as not yet shown."""
        record = self.draft / "publication.json"
        record.write_text(publication.model_dump_json(indent=1) + "\n", encoding="utf-8")
        self.draft.rename(self._pending(publication.number))

    def confirm(self, number: int) -> None:
        """Say that a publication is shown; the cases of the one before are needed no longer."""
        self._pending(number).replace(self.path(number))
        shutil.rmtree(self.lineage(number - 1), ignore_errors=True)

    def read(self, db: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL of one table over all publications, the pending one and the draft among them.

        Files that lie in the folder itself are values that version 0.3 wrote: of months, without a number.

        Raises:
            LeitstandError: a file is damaged; the message names it.
        """
        folders = [*self._folders(), *([self.draft] if self.draft.is_dir() else [])]
        files = [path / name for path in folders if (path / name).exists()]
        files += sorted(self.folder.glob("*.parquet")) if name == VALUES else []
        for file in files:
            try:
                db.execute(f"from read_parquet({one_file(file)}) limit 0")
                db.execute(f"select count(columns(*)) from read_parquet({one_file(file)})")
            except duckdb.Error as error:
                raise damaged(file, error) from error
        return f"read_parquet([{', '.join(map(one_file, files))}], union_by_name = true)"

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(
            path
            for path in self.folder.iterdir()
            if path.is_dir() and path.name.removesuffix(PENDING).isdigit()
        )

    def _pending(self, number: int) -> Path:
        path = self.path(number)
        return path.with_name(path.name + PENDING)

    def _read(self, folder: Path) -> Publication:
        file = folder / "publication.json"
        try:
            return Publication.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise damaged(file, error) from error


def damaged(file: Path, error: Exception) -> LeitstandError:
    """The one message about a file of the ledger that cannot be read."""
    reason = str(error).splitlines()[0]
    return LeitstandError(
        f"{file}: expected a file of the ledger as it was written, found one that cannot be read ({reason}). "
        f"Restore it from a backup; what is published stays as it is."
    )
