"""Which files of a connection there are, and which entry of its mapping each one belongs to."""

from __future__ import annotations

import fnmatch
import hashlib
from dataclasses import dataclass
from pathlib import Path

from leitstand.config import Company
from leitstand.errors import Place, bad_input
from leitstand.land.mapping import FileEntry, Mapping


@dataclass(frozen=True)
class Export:
    """One file that a system has delivered."""

    connection: str
    path: Path
    name: str
    """Path below the connection's folder."""
    label: str
    """Path below the company's folder, as messages name it."""
    entry: FileEntry

    @property
    def is_parquet(self) -> bool:
        """True for Parquet; everything else is text."""
        return self.path.suffix.lower() == ".parquet"

    @property
    def delimiter(self) -> str:
        """What separates the columns of a text file."""
        by_suffix = "\t" if self.path.suffix.lower() == ".tsv" else ","
        return self.entry.delimiter or by_suffix

    def content_hash(self) -> str:
        """SHA-256 of the file as it is now."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def find_exports(company: Company, connection: str, mapping: Mapping) -> list[Export]:
    """All files that a mapping names, by name.

    Raises:
        BadInput: the folder or a file is missing, or two entries claim one file.
    """
    folder = company.export_folder(connection)
    label = _label(company, folder)
    if not folder.is_dir():
        raise bad_input(
            Place(label),
            expected=f"the folder of the connection {connection!r}",
            found="none",
            remedy="Make it and put the files there, or mend leitstand.yml.",
        )
    claimed: dict[Path, FileEntry] = {}
    for entry in mapping.files:
        paths = _matches(folder, entry.file)
        if not paths:
            present = sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
            raise bad_input(
                Place(f"{label}/{entry.file}"),
                expected="at least one file of this name or pattern",
                found=f"none; the folder holds {', '.join(present) or 'nothing'}",
                remedy="Deliver the file, or mend the mapping.",
            )
        for path in paths:
            if path in claimed:
                raise bad_input(
                    Place(_label(company, company.mapping_file(connection))),
                    expected="each file in one entry of 'files'",
                    found=f"{path.name} in two: {claimed[path].file!r} and {entry.file!r}",
                    remedy="Make the patterns exclusive; a file may have several feeds in one entry.",
                )
            claimed[path] = entry
    return [
        Export(connection, path, path.relative_to(folder).as_posix(), _label(company, path), entry)
        for path, entry in sorted(claimed.items())
    ]


def belongs(file_name: str, entry: FileEntry) -> bool:
    """True where a file name, landed earlier, is one of this entry."""
    return fnmatch.fnmatch(file_name, entry.file) or file_name.startswith(entry.file.rstrip("/") + "/")


def _matches(folder: Path, pattern: str) -> list[Path]:
    if (folder / pattern).is_dir():
        pattern = f"{pattern.rstrip('/')}/*"
    exact = folder / pattern
    found = [exact] if exact.is_file() else sorted(folder.glob(pattern))
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def _label(company: Company, path: Path) -> str:
    inside = path.is_relative_to(company.folder)
    return str(path.relative_to(company.folder) if inside else path)
