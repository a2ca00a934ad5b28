"""A metric is right in any grouping, or empty. Expected values are counted by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from leitstand.bi.metrics import label_of, metrics_of
from leitstand.bi.release import Column, Table

MONTHS = ("month", "segment")
TABLE = Table(
    "kpi",
    "kpi_example",
    "",
    (
        Column("month", "DATE", "", True, "dimension"),
        Column("model", "VARCHAR", "", True, "dimension"),
        Column("segment", "VARCHAR", "", True, "dimension"),
        Column("note", "VARCHAR", "", False, "dimension"),
        Column("cost_amount", "DECIMAL(18,2)", "", False, "additive", MONTHS),
        Column("wins", "BIGINT", "", False, "additive", MONTHS),
        Column("losses", "BIGINT", "", False, "additive", MONTHS),
        Column("open_amount", "DECIMAL(18,2)", "", False, "additive", ("segment",)),
        Column("win_rate", "DOUBLE", "", False, "ratio", (), ("wins",), ("wins", "losses")),
        Column("median_days", "DOUBLE", "", False, "non_additive"),
        Column("is_mature", "BOOLEAN", "", False, "non_additive"),
    ),
)
ROWS = """
select * from (values
    (date '2026-01-01', 'a', 'small', 'x', 10.50, 1, 1, 100.00, 0.5,  7.0, true),
    (date '2026-01-01', 'a', 'large', 'y', 20.00, 0, 0, 200.00, null, null, true),
    (date '2026-02-01', 'a', 'small', 'x', 30.00, 3, 0, 150.00, 1.0,  9.0, true),
    (date '2026-02-01', 'b', 'small', 'x', 30.00, 2, 1, 150.00, null, 9.0, true)
) as t(month, model, segment, note, cost_amount, wins, losses, open_amount, win_rate, median_days, is_mature)
"""


def metric(name: str, where: str) -> Any:
    expression = next(m.expression for m in metrics_of(TABLE) if m.name == name)
    return duckdb.execute(f"select {expression} from ({ROWS}) where {where}").fetchall()[0][0]


def test_each_number_has_the_metric_of_its_role() -> None:
    assert [m.name for m in metrics_of(TABLE)] == [
        "sum__cost_amount",
        "sum__wins",
        "sum__losses",
        "sum__open_amount",
        "ratio__win_rate",
        "value__median_days",
    ]


@pytest.mark.parametrize(
    ("name", "where", "expected"),
    [
        ("sum__cost_amount", "model = 'a'", 60.5),
        ("sum__cost_amount", "true", None),  # two models credit the same
        ("sum__open_amount", "month = '2026-01-01'", 300),
        ("sum__open_amount", "model = 'a'", None),  # the stock of two months
        ("ratio__win_rate", "model = 'a'", 0.8),  # 4 of 5, where the mean of the rows is 0.75
        ("ratio__win_rate", "segment = 'large'", None),  # nothing closed
        ("ratio__win_rate", "model = 'b'", None),  # no row has it
        ("ratio__win_rate", "true", None),
        ("value__median_days", "month = '2026-01-01' and segment = 'small'", 7),
        ("value__median_days", "model = 'a'", None),  # several medians have none in common
        ("sum__wins", "false", None),
    ],
)
def test_metric_is_right_or_empty(name: str, where: str, expected: float | None) -> None:
    value = metric(name, where)
    assert (value is None) if expected is None else float(value) == pytest.approx(expected)


def test_labels_are_words() -> None:
    assert label_of("cost_per_mql") == "Cost per MQL"
    assert label_of("label_en") == "Label (en)"
