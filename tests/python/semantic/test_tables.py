"""Saved queries as tables, marts compared with metrics, and the star of sums, over the shop."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from leitstand.errors import BadInput
from leitstand.metrics.tables import refuse_closed_keys
from leitstand.semantic import Manifest, NotAnswered, NotCombinable, Question, SemanticError, SemanticLayer
from leitstand.semantic.reconcile import Comparison, Pair, compare
from leitstand.semantic.rollup import roll_up, write_roll_up
from leitstand.semantic.tables import check_tables, saved_tables, write_tables
from semantic.shop import manifest, open_shop


@pytest.fixture(scope="module")
def layer() -> SemanticLayer:
    return SemanticLayer(Manifest(manifest()))


@pytest.fixture
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop() as db:
        yield db


def test_a_saved_query_becomes_a_described_table(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection
) -> None:
    tables = saved_tables(layer)
    write_tables(shop, tables, "metrics")
    assert shop.execute("from metrics.monthly").fetchall() == [
        (shop.execute("select date '2026-01-01'").fetchall()[0][0], "ads", 2, 1.0),
        (shop.execute("select date '2026-02-01'").fetchall()[0][0], "search", 1, 0.0),
        (shop.execute("select date '2026-04-01'").fetchall()[0][0], "mail", 1, 1.0),
    ]
    assert shop.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = 'metrics'"
    ).fetchall() == [
        ("month", "DATE"),
        ("channel", "VARCHAR"),
        ("deals", "BIGINT"),
        ("sourced_share", "DOUBLE"),
    ]
    assert [(c.role, c.additive_over) for c in tables[0].columns] == [
        ("dimension", ()),
        ("dimension", ()),
        ("additive", ("month", "channel")),
        ("ratio", ()),
    ]
    comments = "select comment from duckdb_columns() where schema_name = 'metrics' and comment is null"
    assert shop.execute(comments).fetchall() == []
    findings = list(check_tables(shop, tables, "metrics"))
    assert len(findings) == 4 and all(finding.is_passed for finding in findings)


def saved(**params: Any) -> SemanticLayer:
    """The layer of the shop with one saved query."""
    content = json.loads(manifest())
    content["saved_queries"] = [{"name": "own", "description": "Own", "query_params": params}]
    return SemanticLayer(Manifest(json.dumps(content)))


def test_keys_of_what_is_not_published_are_refused() -> None:
    published = {"dim_channel"}
    for group_by in ("Entity('channel')", "Dimension('deal__segment')"):
        layer = saved(metrics=["deals"], group_by=[group_by])
        refuse_closed_keys(saved_tables(layer), layer.manifest, published)
    for metric, group_by in (("deals", "Entity('deal')"), ("cost_amount", "Entity('deal')")):
        layer = saved(metrics=[metric], group_by=[group_by])
        with pytest.raises(BadInput, match=r"saved query own: .* the key of fct_deal, which is not"):
            refuse_closed_keys(saved_tables(layer), layer.manifest, published)


def test_a_saved_query_may_be_written_in_every_way(shop: duckdb.DuckDBPyConnection) -> None:
    expected = [(dt.date(2026, 1, 1), 2), (dt.date(2026, 2, 1), 1)]
    for time in (
        "TimeDimension('metric_time', 'month')",
        'TimeDimension("metric_time", "month")',
        "TimeDimension('metric_time').grain('month')",
        "metric_time__month",
    ):
        for order in ("-deals", "Metric('deals').descending(True)"):
            layer = saved(metrics=["deals"], group_by=[time], order_by=[order], limit=2)
            write_tables(shop, saved_tables(layer), "metrics")
            assert shop.execute("from metrics.own").fetchall() == expected, (time, order)
    with pytest.raises(NotCombinable, match="found TimeDimension"):
        saved_tables(saved(metrics=["deals"], group_by=["TimeDimension('metric_time', month)"]))


MONTH = "TimeDimension('metric_time', 'month')"


def test_what_a_saved_querys_columns_add_up_over() -> None:
    """A stock over no time; what must be cut by something not over that."""
    content = json.loads(manifest())
    for metric in content["metrics"]:
        if metric["name"] == "pipeline_amount":
            metric["config"]["meta"]["not_additive_over"] = ["segment"]
    content["saved_queries"] = [
        {
            "name": "own",
            "description": "Own",
            "query_params": {
                "metrics": ["deals", "newest_amount", "pipeline_amount", "sourced_share"],
                "group_by": [MONTH, "Dimension('deal__segment')", "Entity('channel')"],
            },
        }
    ]
    (table,) = saved_tables(SemanticLayer(Manifest(json.dumps(content))))
    assert {c.name: (c.role, c.additive_over) for c in table.columns if c.role != "dimension"} == {
        "deals": ("additive", ("month", "segment", "channel")),
        "newest_amount": ("additive", ("segment", "channel")),
        "pipeline_amount": ("additive", ("month", "channel")),
        "sourced_share": ("ratio", ()),
    }
    (total,) = saved_tables(saved(metrics=["newest_amount"], group_by=[MONTH]))
    assert (total.columns[1].role, total.columns[1].additive_over) == ("non_additive", ())


def test_a_text_that_is_not_known_and_a_date_that_is_not(shop: duckdb.DuckDBPyConnection) -> None:
    """The former has a name of its own; the latter may be right and is a warning."""
    shop.execute("update core.fct_deal set segment = null where deal_id = 2")
    tables = saved_tables(
        saved(
            metrics=["deals"],
            group_by=["Dimension('deal__segment')", "TimeDimension('deal__won_date', 'month')"],
        )
    )
    write_tables(shop, tables, "metrics")
    assert shop.execute("from metrics.own").fetchall() == [
        ("large", dt.date(2026, 1, 1), 1),
        ("large", None, 2),
        ("(not set)", dt.date(2026, 2, 1), 1),
    ]
    broken = [finding for finding in check_tables(shop, tables, "metrics") if not finding.is_passed]
    assert [(finding.found, finding.is_fault) for finding in broken] == [("1 of 3 rows without", False)]


def test_a_saved_query_that_compares_what_cannot_be_compared(shop: duckdb.DuckDBPyConnection) -> None:
    where = {"where_filters": [{"where_sql_template": "{{ Dimension('deal__segment') }} = 5"}]}
    layer = saved(metrics=["deals"], group_by=[MONTH], where=where)
    with pytest.raises(NotAnswered, match="found: Conversion Error"):
        write_tables(shop, saved_tables(layer), "metrics")


def test_a_row_that_no_pair_is_of_differs(layer: SemanticLayer, shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute(MART)
    shop.execute("insert into mart select '2026-01-01', 'ads', 'large', 'other', 7, 0, 0, null")
    whole = dataclasses.replace(COMPARISON, whole=("deals", "amount"))
    outcome = compare(shop, layer, whole)
    assert outcome.differing == 1
    assert str(outcome.mismatches[0]).startswith(
        "no metric by month, channel, segment, scope: month 2026-01-01, channel ads, segment large, "
        "scope other: 7 in column deals, nothing by the metric"
    )
    assert compare(shop, layer, COMPARISON).differing == 0


@pytest.mark.parametrize("relation", ["nowhere", "core.dim_channel"])
def test_a_mart_that_cannot_be_compared(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection, relation: str
) -> None:
    outcome = compare(shop, layer, dataclasses.replace(COMPARISON, relation=relation))
    assert outcome.fault.startswith("mart: expected a table with the columns that its metrics name, found: ")


def test_a_stock_under_a_filter_is_refused_in_a_saved_query() -> None:
    where = {"where_filters": [{"where_sql_template": "{{ Dimension('deal__segment') }} = 'large'"}]}
    month = "TimeDimension('metric_time', 'month')"
    with pytest.raises(NotCombinable, match="found one on deal__segment"):
        saved_tables(saved(metrics=["newest_amount"], group_by=[month], where=where))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("delete from metrics.monthly", "none"),
        ("update metrics.monthly set channel = null where deals = 2", "1 of 3 rows without"),
        ("insert into metrics.monthly from metrics.monthly limit 1", "1 repeated"),
        ("drop table metrics.monthly", "none"),
    ],
)
def test_a_broken_table_is_found(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection, change: str, found: str
) -> None:
    tables = saved_tables(layer)
    write_tables(shop, tables, "metrics")
    shop.execute(change)
    broken = [finding for finding in check_tables(shop, tables, "metrics") if not finding.is_passed]
    assert found in [finding.found for finding in broken]


def test_where_one_table_fails_all_stay(layer: SemanticLayer, shop: duckdb.DuckDBPyConnection) -> None:
    write_tables(shop, saved_tables(layer), "metrics")
    before = shop.execute("from metrics.monthly").fetchall()
    shop.execute("alter table core.fct_deal rename to elsewhere")
    with pytest.raises(NotAnswered):
        write_tables(shop, saved_tables(layer), "metrics")
    assert shop.execute("from metrics.monthly").fetchall() == before


MART = """
create temp table mart as
select
    cast(date_trunc('month', opened_date) as date) as month, channel, segment, 'all' as scope,
    count(*) as deals, sum(amount) as amount, sum(case when is_sourced then amount else 0 end) as sourced,
    sum(case when is_sourced then amount else 0 end) / sum(amount) as share
from core.fct_deal group by all
"""
ALL = (("scope", "all"),)
COMPARISON = Comparison(
    name="mart",
    relation="mart",
    key=tuple((name, name) for name in ("month", "channel", "segment", "scope")),
    time="month",
    pairs=(
        Pair("deals", "deals", ALL),
        Pair("amount", "pipeline_amount", ALL),
        Pair("share", "sourced_share", ALL, (("sourced",), ("amount",)), is_ratio=True),
    ),
)


def test_a_mart_that_says_the_same(layer: SemanticLayer, shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute(MART)
    outcome = compare(shop, layer, COMPARISON)
    assert (outcome.differing, outcome.fault, outcome.mismatches) == (0, "", ())
    # three values in each row of the whole key, of month and channel, of month and segment, of month
    assert outcome.values == 3 * (4 + 3 + 4 + 4)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "update mart set amount = amount + 0.01 where segment = 'small'",
            "pipeline_amount by month, channel, segment: scope all, month 2026-01-01, channel ads, segment "
            "small: 200.01 in column amount, 200.00 by the metric",
        ),
        (
            "delete from mart where channel = 'mail'",
            "deals by month, channel, segment: scope all, month 2026-04-01, channel mail, segment large: "
            "nothing in column deals, 1 by the metric",
        ),
        (
            "update mart set share = share + 2e-9 where channel = 'ads' and segment = 'large'",
            "sourced_share by month, channel, segment: scope all, month 2026-01-01, channel ads, segment",
        ),
        ("insert into mart select '2026-03-01', 'tv', 'large', 'all', 1, 0, 0, null", "month 2026-03-01"),
    ],
)
def test_a_mart_that_differs(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection, change: str, said: str
) -> None:
    """One cent, one row, two parts in a billion."""
    shop.execute(MART)
    shop.execute(change)
    outcome = compare(shop, layer, COMPARISON)
    assert outcome.differing > 0
    assert any(said in str(mismatch) for mismatch in outcome.mismatches)


STAR = {
    "catalog": "memory",
    "schema": "star",
    "grain": "month",
    "is_open": lambda table: table != "dim_channel",
    "is_shown": lambda table, column: column in ("segment", "channel_group", "is_won"),
}


def test_the_star_answers_as_the_facts_do(layer: SemanticLayer, shop: duckdb.DuckDBPyConnection) -> None:
    plan = roll_up(layer.manifest, **STAR)
    write_roll_up(shop, plan, "star")
    sums = SemanticLayer(Manifest(json.dumps(plan.manifest)))
    asked = [("deals", "wins", "sourced_share"), ("deals", "cost_amount"), ("deals_to_date",)]
    asked += [("won_cost_amount",), ("newest_amount",)]
    for metrics in asked:
        for by in (("month",), ("month", "channel_group"), ("half_season",), ("quarter",)):
            question = Question(metrics, by=by)
            assert sums.answer(shop, question).table == layer.answer(shop, question).table, (metrics, by)
    question = Question(("deals", "deals_before"), grain="month", where="segment = 'large'")
    assert sums.answer(shop, question).table == layer.answer(shop, question).table


def test_the_star_holds_no_row_of_anything_single(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection
) -> None:
    plan = roll_up(layer.manifest, **STAR)
    write_roll_up(shop, plan, "star")
    columns = shop.execute("select table_name, column_name from duckdb_columns() where schema_name = 'star'")
    found = set(columns.fetchall())
    assert {name for table, name in found if table == "fct_deal_by_opened_date"} == {
        "opened_date",
        "channel__channel_group",
        "segment",
        "is_won",
        "deals",
        "pipeline_amount",
        "sourced_amount",
    }
    assert ("dim_channel", "secret") not in found
    # two groups stand for three channels
    assert shop.execute("from star.dim_channel").fetchall() == [("free",), ("paid",)]
    # a deal is a dimension of costs, and stands there by its attributes
    assert {name for table, name in found if table == "fct_cost_by_cost_date"} == {
        "cost_date",
        "channel__channel_group",
        "deal__segment",
        "deal__is_won",
        "cost_amount",
        "won_cost_amount",
    }


def test_a_stock_of_the_star_is_that_of_the_last_day(
    layer: SemanticLayer, shop: duckdb.DuckDBPyConnection
) -> None:
    """The newest deal is a small one in January, a large one in February and April, none in March."""
    plan = roll_up(layer.manifest, **STAR)
    write_roll_up(shop, plan, "star")
    sums = SemanticLayer(Manifest(json.dumps(plan.manifest)))
    cut = Question(("newest_amount",), by=("month", "segment"))
    assert [tuple(row.values()) for row in sums.answer(shop, cut).table.to_pylist()] == [
        (dt.date(2026, 1, 1), "small", Decimal("200.00")),
        (dt.date(2026, 2, 1), "large", Decimal("50.50")),
        (dt.date(2026, 4, 1), "large", Decimal("70.25")),
    ]
    assert sums.answer(shop, cut).table == layer.answer(shop, cut).table
    filtered = Question(("newest_amount",), grain="month", where="segment = 'large'")
    amounts = sums.answer(shop, filtered).table.column("newest_amount").to_pylist()
    assert amounts == [0, Decimal("50.50"), 0, Decimal("70.25")]
    for grain in ("quarter", "half_season"):
        with pytest.raises(NotCombinable, match="expected no filter on a stock"):
            sums.compile(dataclasses.replace(filtered, grain=grain))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question(("deals",), grain="day"), "found 'day': these are sums of months"),
        (Question(("median_amount",)), "median_amount: expected a metric that is made of sums"),
        (Question(("deals",), by=("secret",)), "'secret'"),
    ],
)
def test_what_the_star_does_not_hold(layer: SemanticLayer, question: Question, said: str) -> None:
    sums = SemanticLayer(Manifest(json.dumps(roll_up(layer.manifest, **STAR).manifest)))
    with pytest.raises(SemanticError, match=said):
        sums.compile(question)
