"""Find SQL that only some of the engines understand: DuckDB, Postgres and Spark must all build the models.

Reads models, tests, analyses and macros; only `macros/dialect/` may speak one engine's dialect. Of the YAML
of models and seeds it reads the types of columns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "tests", "analyses", "macros")
DIALECT = Path("macros/dialect")

WALL_CLOCK = "no wall clock: read the `as_of` of the build"

# The twin's server is a 16; what it has beyond 15 must not be needed.
LATER = "what Postgres 15 has"

# What may not stand there (as a pattern), and what to write instead.
FORBIDDEN = {
    r"qualify\b": "number the rows in a CTE, then filter with where",
    r"(?:group|order)\s+by\s+all\b": "name the columns",
    r"exclude\b": "name the columns that you want",
    r"median\s*\(": "percentile_cont(0.5) within group (order by …)",
    r"any_value\s*\(": "min() or max(), or add the column to group by",
    r"(?<!dbt\.)generate_series\s*\(": "dbt.date_spine, or a join with the calendar",
    r"asof\s+(?:left\s+|inner\s+)?join\b": "a join on a range of validity (from, to)",
    r"ignore\s+nulls\b": "a running count of the values, then max() per group",
    r"(?:arg_max|arg_min|max_by|min_by)\s*\(": "number the rows in a CTE, then filter with where",
    r"(?:strftime|strptime)\s*\(": "extract(… from …), or a macro in macros/dialect",
    r"(?<!dbt\.)(?:date_diff|datediff|date_sub|date_add|date_subtract)\s*\(": "days_between, or dbt.dateadd",
    r"(?:regexp_matches|regexp_extract|list_\w+|struct_pack|try_cast)\s*\(": "what SQL itself has",
    r"(?:json_table|random_normal|array_sample|array_shuffle|erfc?)\s*\(": LATER,
    r"is\s+(?:not\s+)?json\b": LATER,
    r"\d+(?:_\d+)+\b": "the number without underscores (Postgres 16)",
    r"type_float\s*\(": "the macro for double: type_float is 32-bit on some engines",
    r"current_(?:timestamp|date|time)\b": WALL_CLOCK,
    r"(?:now|today|getdate|get_current_timestamp)\s*\(": WALL_CLOCK,
    r"localtimestamp\b": WALL_CLOCK,
    r"run_started_at\b": WALL_CLOCK,
}

# Where a query stands in place of a table.
SUBQUERY = re.compile(r"\b(?:from|join)\s*\((?=\s*select\b)", re.IGNORECASE)

# A type of a column, as contracts and seeds name it, that not every engine knows.
DOUBLE = re.compile(r":\s*[\"']?double[\"']?\s*(?=[,}\n])")

# Jinja stays readable, for its strings may be SQL; comments and SQL strings are blanked out.
TOKENS = re.compile(
    r"(?P<comment>\{#.*?#\}|/\*.*?\*/|--[^\n]*)|(?P<jinja>\{\{.*?\}\}|\{%.*?%\})|(?P<text>'[^'\n]*'|\"[^\"\n]*\")",
    re.DOTALL,
)


def main(root: Path = ROOT) -> int:
    """Print one line per finding; return the exit status."""
    findings = [
        finding for file in sql_files(root) for finding in lint(file.read_text(), file.relative_to(root))
    ] + [
        finding
        for folder in ("models", "seeds")
        for file in sorted((root / folder).rglob("*.yml"))
        for finding in lint_types(file.read_text(), file.relative_to(root))
    ]
    print("\n".join(findings) or "portable SQL: nothing found")
    return 1 if findings else 0


def sql_files(root: Path) -> Iterator[Path]:
    """All SQL files that have to be portable."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.sql")):
            if not file.is_relative_to(root / DIALECT):
                yield file


def lint(sql: str, file: Path) -> list[str]:
    """Name each forbidden construct of one file with its line, and what to write instead."""
    code = TOKENS.sub(_blank, sql)
    found = [
        (code.count("\n", 0, match.start()) + 1, " ".join(match.group().split()), instead)
        for pattern, instead in FORBIDDEN.items()
        for match in re.finditer(rf"\b{pattern}", code, re.IGNORECASE)
    ] + [
        (
            code.count("\n", 0, match.start()) + 1,
            " ".join(match.group().split()),
            "give the subquery a name: as",
        )
        for match in SUBQUERY.finditer(code)
        if not re.match(r"\s*as\b", _after_bracket(code, match.end()), re.IGNORECASE)
    ]
    return [
        f"{file}, line {line}: expected SQL that every engine knows, found {construct!r}. Instead: {instead}."
        for line, construct, instead in sorted(found)
    ]


def lint_types(yaml: str, file: Path) -> list[str]:
    """Name each column whose type only some engines know."""
    return [
        f"{file}, line {yaml.count(chr(10), 0, match.start()) + 1}: expected a type that every engine knows, "
        "found 'double'. Instead: double precision."
        for match in DOUBLE.finditer(yaml)
    ]


def _after_bracket(code: str, start: int) -> str:
    """What follows the bracket that closes the one before `start`."""
    depth = 1
    for bracket in re.finditer(r"[()]", code[start:]):
        depth += 1 if bracket.group() == "(" else -1
        if depth == 0:
            return code[start + bracket.end() :]
    return ""


def _blank(token: re.Match[str]) -> str:
    """Keep Jinja as it is; of comments and strings keep the line breaks only."""
    return token.group() if token["jinja"] else re.sub(r"[^\n]", " ", token.group())


if __name__ == "__main__":
    sys.exit(main())
