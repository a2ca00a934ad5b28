"""A small company written by hand: a dozen rows of each fact that metrics read, few enough to add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from leitstand.config import PROJECT_ROOT

ROWS = Path(__file__).parent / "small_company"
MODELS = PROJECT_ROOT / "models" / "marts" / "core"


def build(folder: Path) -> Path:
    """Write the company's facts in the types of their contracts to `leitstand.duckdb`; returns the file.

    The calendar ends on 15 April 2026, and the fiscal year begins in February.
    """
    file = folder / "leitstand.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema core")
        for rows in sorted(ROWS.glob("*.csv")):
            table = f"core.{rows.stem}"
            connection.execute(f"create table {table} ({_columns(rows.stem)})")
            connection.execute(
                f"insert into {table} by name "
                f"select * from read_csv('{rows}', all_varchar = true, nullstr = '')"
            )
        connection.execute(
            "create table core.dim_date as select cast(day as date) as date_day, "
            "cast(date_trunc('month', day) as date) as month_start, "
            "cast(date_trunc('quarter', day - interval 1 month) + interval 1 month as date) "
            "as fiscal_quarter_start, year(day + interval 11 month) as fiscal_year "
            "from range(date '2024-01-01', date '2026-04-16', interval 1 day) as days (day)"
        )
    return file


def _columns(model: str) -> str:
    contract: dict[str, Any] = yaml.safe_load((MODELS / f"{model}.yml").read_text())["models"][0]
    return ", ".join(f"{column['name']} {column['data_type']}" for column in contract["columns"])
