"""From text to type: the SQL that parses one column of the contract, and the SQL of what is wrong with it.

Each target column passes five steps, each a column of a common table expression, so that DuckDB computes it
once: `raw_` the text as the file has it, `read_` trimmed and normalised, null where missing, `text_` after
the value map, `parsed_` (and `day_` of instants), `value_` as it lands. `reason_` says why it cannot land.
"""

from __future__ import annotations

import re

from babel.numbers import list_currencies

from leitstand.contract import Column
from leitstand.land.mapping import ISO, ColumnSource, FormatKeys
from leitstand.land.sql import cleaned, literal, literals

CURRENCIES = tuple(sorted(list_currencies()))
FIRST_YEAR = 1000
"""A year below has lost its century: `%Y` reads "01.02.23" as the year 23."""

SPACES = " \u00a0\u202f"
_DAY = r"\d{4}-\d{2}-\d{2}"
_OFFSET = r"( ?(Z|[+-]\d{2}(:?\d{2})?))"
_ISO_LOCAL = rf"{_DAY}[T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?"
_ISO_MINUTE = rf"^({_DAY})[T ](\d{{2}}:\d{{2}}) ?(Z|[+-].*)$"
_SPELLED = r"\1T\2:00\3"
_ISO_INSTANT = rf"{_ISO_LOCAL}{_OFFSET}"

NATIVE = FormatKeys(
    dates=("%Y-%m-%d", "%Y-%m-%d 00:00:00"), instants=(ISO, "%Y-%m-%d"), decimal=".", thousands=None
)
"""How DuckDB writes the numbers, dates and instants that a Parquet file holds as such."""


def has_time(fmt: str) -> bool:
    """True where a format reads a time of day."""
    return fmt == ISO or re.search(r"%-?[HIXc]", fmt) is not None


def has_offset(fmt: str) -> bool:
    """True where a format reads the offset from UTC."""
    return re.search(r"%[zZ]|(?<!%)Z$", fmt) is not None


def text_of(raw: str, missing: tuple[str, ...]) -> str:
    """SQL of the clean text; null where it counts as missing."""
    text = f"nullif({cleaned(raw)}, '')"
    for word in missing:
        text = f"nullif({text}, {cleaned(literal(word))})" if word.strip() else text
    return text


def mapped(text: str, source: ColumnSource) -> str:
    """SQL of a text after its value map; a rejected text becomes null."""
    if not source.values:
        return text
    pairs = " ".join(
        f"when {cleaned(literal(a))} then {cleaned(literal(b))}" for a, b in source.values.items()
    )
    other = "" if source.others == "reject" else f" else {text}"
    return f"nullif(case {text} {pairs}{other} end, '')"


def parsed(column: Column, text: str, formats: FormatKeys) -> dict[str, str]:
    """SQL of the parsed value by prefix; an instant has two, with and without a time of day."""
    match column.data_type:
        case "timestamp":
            with_time = [f for f in formats.instants if has_time(f)]
            day_only = [f for f in formats.instants if not has_time(f)]
            return {
                "parsed_": _first([_instant(text, f, formats.timezone) for f in with_time]),
                "day_": _first([f"try_strptime({text}, {literal(f)})" for f in day_only]),
            }
        case "date":
            return {"parsed_": _first([f"try_strptime({text}, {literal(f)})" for f in formats.dates])}
        case "boolean":
            yes, no = (
                literals(word.strip().lower() for word in words)
                for words in (formats.true_values, formats.false_values)
            )
            return {
                "parsed_": f"case when lower({text}) in ({yes}) then true "
                f"when lower({text}) in ({no}) then false end"
            }
        case "varchar":
            return {"parsed_": text}
        case _:
            return {"parsed_": _number(column, text, formats)}


def value(column: Column) -> dict[str, str]:
    """SQL of the columns that land, by name, from the parsed ones."""
    name, data_type = column.name, column.data_type
    if data_type == "timestamp":
        exact, day = f"parsed_{name}", f"day_{name}"
        moment = f"coalesce({exact}, {day})"
        return {
            f"value_{name}": f"case when {_is_sound(moment, name)} then {moment}::timestamp end",
            f"value_{column.precision_column}": f"case when {exact} is not null then 'second' "
            f"when {day} is not null then 'day' end",
        }
    if data_type == "date":
        return {
            f"value_{name}": f"case when {_is_sound(f'parsed_{name}', name)} then parsed_{name}::date end"
        }
    return {f"value_{name}": f"parsed_{name}"}


def reason(column: Column, source: ColumnSource, formats: FormatKeys, fed: set[str]) -> str | None:
    """SQL of why a value cannot land, null where it can; None where every text can.

    `fed` names the targets of the same feed, so that a column is compared only with one that is there.
    """
    name = column.name
    text, typed = f"text_{name}", f"value_{name}"
    faults: list[tuple[str, str]] = []
    if source.others == "reject" and source.values:
        known = ", ".join(source.values)
        keys = ", ".join(cleaned(literal(key)) for key in source.values)
        faults.append((f"read_{name} not in ({keys})", f"expected a text of the value map: {known}"))
    if column.required:
        faults.append((f"{text} is null", "expected a value"))
    if column.data_type != "varchar":
        faults.append((f"{text} is not null and {typed} is null", f"expected {describe(column, formats)}"))
    if column.values:
        faults.append(
            (f"{typed} not in ({literals(column.values)})", f"expected one of {', '.join(column.values)}")
        )
    if column.currency:
        faults.append(
            (f"{typed} not in ({literals(CURRENCIES)})", "expected a currency code of ISO 4217 such as EUR")
        )
    if column.pattern is not None:
        faults.append(
            (
                f"not regexp_full_match({typed}, {literal(column.pattern)})",
                f"expected the pattern {column.pattern}",
            )
        )
    if column.minimum is not None:
        faults.append((f"{typed} < {column.minimum:g}", f"expected at least {column.minimum:g}"))
    if column.positive:
        faults.append((f"{typed} <= 0", "expected more than 0"))
    if column.not_before in fed:
        faults.append((f"{typed} < value_{column.not_before}", f"expected no day before {column.not_before}"))
    if not faults:
        return None
    return "case " + " ".join(f"when {test} then {literal(why)}" for test, why in faults) + " end"


def describe(column: Column, formats: FormatKeys) -> str:
    """What a text of this column must look like, in words."""
    match column.data_type:
        case "timestamp":
            return f"an instant such as {_samples(formats.instants)}"
        case "date":
            return f"a date such as {_samples(formats.dates)}"
        case "boolean":
            return f"one of {', '.join((*formats.true_values, *formats.false_values))}"
        case _:
            kind = "a whole number" if column.data_type == "bigint" else "a number"
            groups = f"thousands {formats.thousands!r}" if formats.thousands else "no thousands separator"
            return f"{kind} with decimal {formats.decimal!r} and {groups}"


def _samples(formats: tuple[str, ...]) -> str:
    return " or ".join("ISO 8601" if f == ISO else f for f in formats)


def _first(expressions: list[str]) -> str:
    return f"coalesce({', '.join(expressions)}, null)" if expressions else "null::timestamp"


def _is_sound(moment: str, name: str) -> str:
    """SQL that is true of a real day; strptime also reads the words "epoch" and "infinity"."""
    return f"year({moment}) >= {FIRST_YEAR} and regexp_matches(text_{name}, '[0-9]')"


def _instant(text: str, fmt: str, zone: str) -> str:
    """SQL of an instant as naive UTC."""
    if fmt == ISO:
        spelled = f"regexp_replace({text}, {literal(_ISO_MINUTE)}, {literal(_SPELLED)})"
        offset = f"coalesce(try_cast({text} as timestamptz), try_cast({spelled} as timestamptz))"
        return (
            f"case when regexp_full_match({text}, {literal(_ISO_LOCAL)}) "
            f"then {_to_utc(f'try_cast({text} as timestamp)', zone)} "
            f"when regexp_full_match({text}, {literal(_ISO_INSTANT)}) then timezone('UTC', {offset}) end"
        )
    if "%z" in fmt:
        spelled = f"case when ends_with({text}, 'Z') then left({text}, -1) || '+00:00' else {text} end"
        return f"timezone('UTC', try_strptime({spelled}, {literal(fmt)}))"
    if "%Z" in fmt:
        return f"timezone('UTC', try_strptime({text}, {literal(fmt)}))"
    return _to_utc(f"try_strptime({text}, {literal(fmt)})::timestamp", "UTC" if has_offset(fmt) else zone)


def _to_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {local}))"


def _number(column: Column, text: str, formats: FormatKeys) -> str:
    """SQL of a number; null where its text is not grouped by threes or has another separator."""
    point = f"[{formats.decimal}]"
    digits = r"\d+"
    plain = text
    if formats.thousands:
        groups = SPACES if formats.thousands == " " else formats.thousands
        digits = rf"(\d{{1,3}}([{groups}]\d{{3}})+|\d+)"
        plain = f"translate({plain}, {literal(groups)}, '')"
    if formats.decimal != ".":
        plain = f"replace({plain}, {literal(formats.decimal)}, '.')"
    if column.data_type == "bigint":
        pattern = rf"[+-]?{digits}({point}0+)?"
    else:
        pattern = rf"[+-]?({digits}({point}\d+)?|{point}\d+)([eE][+-]?\d+)?"
    number = f"try_cast({plain} as {column.data_type})"
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {number} end"
