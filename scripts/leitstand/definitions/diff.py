"""What changed between two agreements, or between two versions of one definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leitstand.definitions.files import read_table
from leitstand.definitions.schema import read_seeds
from leitstand.definitions.words import Texts
from leitstand.errors import BadInput, nearest

Row = dict[str, str | None]


@dataclass(frozen=True)
class Change:
    """One row that was added, removed or changed; `history_from` is the first past day that it changes."""

    seed: str
    kind: str
    key: dict[str, str | None]
    cells: tuple[tuple[str, str | None, str | None], ...]
    history_from: str | None


def diff(old: Path, new: Path, day: dt.date) -> list[Change]:
    """What changed from one folder of definitions to another, by file and key.

    Parameters:
        old: the folder as it was.
        new: the folder as it is to be.
        day: what is valid before this day is history.

    Raises:
        BadInput: a folder holds no definitions.
    """
    changes: list[Change] = []
    for folder in (old, new):
        if not any(folder.glob("*.csv")):
            raise BadInput(
                f"{folder}: expected a folder of definition files, found no CSV file. Name another."
            )
    names = {file.stem for folder in (old, new) for file in folder.glob("*.csv")}
    for name in sorted(names):
        before, after = _rows(old, name), _rows(new, name)
        # a file without a key of its own is compared row by row
        every = tuple({column: None for row in (*before, *after) for column in row})
        key = read_seeds()[name].unique if name in read_seeds() else every
        changes += _changes(name, before, after, key, day)
    return changes


def diff_versions(folder: Path, stage: str, old: int, new: int) -> list[Change]:
    """What changed from one version of a stage's rules to another, by what each rule asks.

    Raises:
        BadInput: the stage has no such version.
    """
    rules = [row for row in _rows(folder, "qualification_rules") if row["stage"] == stage]
    known = sorted({str(row["version"]) for row in rules})
    for version in (old, new):
        if str(version) not in known:
            stages = {str(row["stage"]) for row in _rows(folder, "qualification_rules")}
            raise BadInput(
                f"{folder / 'qualification_rules.csv'}: expected version {version} of {stage!r}"
                f"{nearest(stage, stages - {stage})}, found {', '.join(known) or 'no rule'}. "
                f"Name a stage and versions that stand there."
            )
    columns = ("alternative", "attribute", "operator", "connection", "rule_id", "value", "reason")
    before, after = (
        [{name: row[name] for name in columns} for row in rules if row["version"] == str(version)]
        for version in (old, new)
    )
    # a rule is known by what it asks; where several ask alike, by its name, too
    asked = columns[:4]
    is_clear = all(
        len(rows) == len({tuple(row[name] for name in asked) for row in rows}) for rows in (before, after)
    )
    unique = asked if is_clear else columns[:5]
    hidden = {"rule_id"} - set(unique)
    return list(
        _changes("qualification_rules", _without(before, hidden), _without(after, hidden), unique, None)
    )


def _without(rows: list[Row], hidden: set[str]) -> list[Row]:
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def describe(changes: list[Change], language: str) -> str:
    """The changes in words, as Markdown: a heading for each file and a line for each row."""
    texts = Texts(language)
    lines: list[str] = []
    seed = ""
    for change in changes:
        if change.seed != seed:
            seed = change.seed
            lines += ["", f"## {seed}", ""]
        key = ", ".join(value for value in change.key.values() if value)
        cells = ", ".join(
            texts.text("cell", column=column, old=old or texts.text("empty"), new=new or texts.text("empty"))
            if change.kind == "changed"
            else f"{column} {new or old}"
            for column, old, new in change.cells
        )
        history = texts.text("history", day=texts.date(change.history_from)) if change.history_from else ""
        what = f"{texts.text(change.kind)}: {key}" + (f": {cells}" if cells else "")
        lines.append(f"* {what}" + (f" ({history})" if history else ""))
    return "\n".join(lines).lstrip("\n") or texts.text("no_change")


def _changes(
    seed: str, old: list[Row], new: list[Row], unique: tuple[str, ...], day: dt.date | None
) -> Iterator[Change]:
    before = {tuple(row.get(column) for column in unique): row for row in old}
    after = {tuple(row.get(column) for column in unique): row for row in new}
    for values in [*before, *(values for values in after if values not in before)]:
        was, now = before.get(values), after.get(values)
        key = dict(zip(unique, values, strict=True))
        if was == now:
            continue
        if was is None or now is None:
            row = now or was or {}
            kind = "added" if was is None else "removed"
            cells = tuple(
                (column, None if was is None else value, None if now is None else value)
                for column, value in row.items()
                if value and column not in {*unique, "owner", "valid_from", "valid_to"}
            )
            yield Change(seed, kind, key, cells, _past(row.get("valid_from"), day))
            continue
        cells = tuple(
            (column, was.get(column), now.get(column))
            for column in {**was, **now}
            if was.get(column) != now.get(column)
        )
        # a row that only ends otherwise leaves what lies before both ends as it was
        ends = [end for end in (was.get("valid_to"), now.get("valid_to")) if end]
        only_end = {column for column, _, _ in cells} == {"valid_to"}
        begun = [begin for begin in (was.get("valid_from"), now.get("valid_from")) if begin]
        begins = min(ends) if only_end else min(begun, default=None)
        yield Change(seed, "changed", key, cells, _past(begins, day))


def _past(begins: str | None, day: dt.date | None) -> str | None:
    return begins if day is not None and begins is not None and begins < day.isoformat() else None


def _rows(folder: Path, seed: str) -> list[Row]:
    file = folder / f"{seed}.csv"
    if not file.is_file():
        return []
    table = read_table(file)
    return [dict(zip(table.columns, cells, strict=False)) for _, cells in table.rows]
