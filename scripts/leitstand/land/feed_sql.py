"""The SQL of one feed of one kept file: its rows typed, its faults, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leitstand.contract import Column, Entity
from leitstand.land.lake import KeptFile
from leitstand.land.mapping import ColumnSource, Feed, FormatKeys
from leitstand.land.sql import cleaned, kept_rows, literal, positions
from leitstand.land.values import NATIVE, mapped, parsed, reason, text_of, value

TYPED = "typed_rows"
"""The temporary table of one feed's rows."""

_PLAIN = ColumnSource(column="unpivoted")


@dataclass(frozen=True)
class _Cell:
    """One target column of a feed: where its text comes from and how it reads."""

    column: Column
    source: ColumnSource
    formats: FormatKeys
    raw: str
    label: str

    @property
    def name(self) -> str:
        return self.column.name


class FeedSql:
    """Everything that DuckDB must be told to land one feed of one file."""

    def __init__(self, kept: KeptFile, feed: Feed, entity: Entity, parquet: Path) -> None:
        """Work out the cells of the feed; entity and targets must be known to be in the contract."""
        self._kept, self._feed, self._entity = kept, feed, entity
        self._place = dict(zip(kept.header, positions(len(kept.header)), strict=True))
        self._rows = kept_rows(parquet, len(kept.header))
        self._cells = self._mapped_cells() + self._unpivoted_cells()
        fed = {cell.name for cell in self._cells}
        judged = {c.name: reason(c.column, c.source, c.formats, fed) for c in self._cells}
        self._reasons = {name: sql for name, sql in judged.items() if sql is not None}
        self._values = {name for c in self._cells for name in value(c.column)}

    def typed(self) -> str:
        """Every row that is meant for the entity: its values, and why one cannot land."""
        cells, origin = self._cells, ", unpivoted.name as origin" if self._feed.unpivot else ""
        raw = [f"{c.raw} as raw_{c.name}" for c in cells]
        read = [f"{self._text(f'raw_{c.name}')} as read_{c.name}" for c in cells]
        text = [f"{mapped(f'read_{c.name}', c.source)} as text_{c.name}" for c in cells]
        parse = [
            f"{sql} as {prefix}{c.name}"
            for c in cells
            for prefix, sql in parsed(c.column, f"text_{c.name}", c.formats).items()
        ]
        typed = [f"{sql} as {name}" for c in cells for name, sql in value(c.column).items()]
        why = [f"{sql} as reason_{name}" for name, sql in self._reasons.items()]
        faults = [f"reason_{name}" for name in self._reasons]
        texts = [f"case when reason_{n} is not null then raw_{n} end as raw_{n}" for n in self._reasons]
        kept = [*sorted(self._values), *faults, *texts, *(["origin"] if origin else [])]
        return f"""
            with selected as (select line_number{origin}, {", ".join(raw)} from {self._selected()}),
            cleaned as (select *, {", ".join(read)} from selected),
            texts as (select *, {", ".join(text)} from cleaned),
            parsed as (select *, {", ".join(parse)} from texts),
            typed as (select *, {", ".join(typed)} from parsed),
            judged as (select {", ".join(["*", *why])} from typed)
            select line_number, {", ".join(kept)},
                coalesce({", ".join([*faults, "null"])}) is not null as is_faulty
            from judged
        """

    def landed(self) -> str:
        """The contract's own columns, in its order, of the rows of `typed` that can land."""
        columns = [self._landed(c) for c in self._entity.columns if not c.bookkeeping]
        return ", ".join(columns)

    def faults(self) -> str:
        """One row per fault of `typed`: line, column of the file, text as read, reason."""
        label = {c.name: c.label for c in self._cells}
        none = "select 0 as line_number, '' as column_name, '' as raw_text, '' as reason where false"
        return " union all ".join(
            [none]
            + [
                f"select line_number, {label[name]}, raw_{name}, reason_{name} "
                f"from {TYPED} where reason_{name} is not null"
                for name in self._reasons
            ]
        )

    def not_selected(self) -> str:
        """The number of rows that are not meant for the entity."""
        rows = f" from {self._rows} where not {self._chosen()}" if self._feed.where else ""
        return f"select count(*){rows}" if rows else "select 0"

    def empty_cells(self) -> str:
        """The number of cells of a wide file that hold no value."""
        wide = self._feed.unpivot.columns if self._feed.unpivot else ()
        empty = [f"count(*) - count({self._text(self._place[name])})" for name in wide]
        return f"select {' + '.join(empty)} from {self._rows}" if empty else "select 0"

    def _mapped_cells(self) -> list[_Cell]:
        return [
            _Cell(
                self._entity.mapped[target],
                source,
                self._formats(source),
                self._raw(source),
                literal("|".join(source.read)),
            )
            for target, source in self._feed.columns.items()
        ]

    def _unpivoted_cells(self) -> list[_Cell]:
        wide, formats = self._feed.unpivot, self._kept.entry
        if wide is None:
            return []
        own = self._native() if set(wide.columns) <= set(self._kept.native) else formats
        name, cell = self._entity.mapped[wide.name], self._entity.mapped[wide.value]
        return [
            _Cell(name, _PLAIN, formats, "unpivoted.name", "origin"),
            _Cell(cell, _PLAIN, own, "unpivoted.cell", "origin"),
        ]

    def _formats(self, source: ColumnSource) -> FormatKeys:
        if source.formats:
            return self._kept.entry.model_copy(update={"dates": source.formats, "instants": source.formats})
        is_native = source.read and set(source.read) <= set(self._kept.native)
        return self._native() if is_native else self._kept.entry

    def _native(self) -> FormatKeys:
        return NATIVE.model_copy(update={"timezone": self._kept.entry.timezone})

    def _raw(self, source: ColumnSource) -> str:
        if source.constant is not None:
            return literal(source.constant)
        places = [self._place[name] for name in source.read]
        if len(places) == 1:
            return places[0]
        joined = " || '|' || ".join(f"coalesce({cleaned(place)}, '')" for place in places)
        return f"case when {' or '.join(f'{self._text(p)} is not null' for p in places)} then {joined} end"

    def _text(self, raw: str) -> str:
        return text_of(raw, self._kept.entry.missing)

    def _selected(self) -> str:
        wide = self._feed.unpivot
        if wide:
            pairs = ", ".join(f"{{name: {literal(n)}, cell: {self._place[n]}}}" for n in wide.columns)
            rows = f"(select *, unnest([{pairs}]) as unpivoted from {self._rows})"
            return f"{rows} where {self._text('unpivoted.cell')} is not null"
        return f"{self._rows} where {self._chosen()}" if self._feed.where else self._rows

    def _chosen(self) -> str:
        assert self._feed.where is not None
        wanted = ", ".join(cleaned(literal(text)) for text in self._feed.where.in_)
        return f"(coalesce({cleaned(self._place[self._feed.where.column])}, '') in ({wanted}))"

    def _landed(self, column: Column) -> str:
        own = f"value_{column.name}"
        own = own if own in self._values else f"null::{column.data_type}"
        if column.name != "source_id" or self._entity.key == ("source_id",):
            return own
        fed = [f"value_{key}" for key in self._entity.key if f"value_{key}" in self._values]
        made = " || '|' || ".join(f"coalesce({name}::varchar, '')" for name in fed)
        return f"coalesce({own}, {made})"
