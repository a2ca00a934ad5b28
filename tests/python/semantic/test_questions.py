"""Questions to a semantic layer over a shop whose figures are added up by hand."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from leitstand.semantic import (
    Answer,
    Manifest,
    NotAnswered,
    NotCombinable,
    Question,
    SemanticError,
    SemanticLayer,
    UnknownName,
)
from leitstand.semantic.engine import WRITER, Engine
from leitstand.semantic.formats import WRITERS
from semantic.shop import manifest, open_shop

Ask = Callable[..., Answer]
JANUARY, FEBRUARY, MARCH, APRIL = (dt.date(2026, month, 1) for month in range(1, 5))


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> SemanticLayer:
    return SemanticLayer(Manifest(manifest()), cache=tmp_path_factory.mktemp("queries"))


@pytest.fixture(scope="module")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop() as db:
        yield db


@pytest.fixture(scope="module")
def ask(layer: SemanticLayer, shop: duckdb.DuckDBPyConnection) -> Ask:
    return lambda *metrics, **rest: layer.answer(shop, Question(metrics, **rest))


def rows(answer: Answer) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in answer.table.to_pylist()]


def test_a_period_without_rows_is_zero_for_counts_and_nothing_for_ratios(ask: Ask) -> None:
    assert rows(ask("deals", "sourced_share", grain="month")) == [
        (JANUARY, 2, 1.0),
        (FEBRUARY, 1, 0.0),
        (MARCH, 0, None),
        (APRIL, 1, 1.0),
    ]


def test_a_ratio_has_one_row_for_each_key(ask: Ask) -> None:
    """MetricFlow's own plan for one table read once gives a row of every day."""
    assert rows(ask("sourced_share", by=("channel",), grain="month")) == [
        (JANUARY, "ads", 1.0),
        (FEBRUARY, "search", 0.0),
        (APRIL, "mail", 1.0),
    ]


def test_metrics_of_two_facts_meet_in_what_both_have(ask: Ask) -> None:
    answer = ask("deals", "cost_amount", "deals_per_cost", by=("channel_group",))
    assert rows(answer) == [("free", 2, Decimal("20.00"), 0.1), ("paid", 2, Decimal("10.00"), 0.2)]
    assert answer.table.schema.types == [pa.string(), pa.int64(), pa.decimal128(18, 2), pa.float64()]


def test_conditions_orders_and_limits(ask: Ask) -> None:
    answer = ask(
        "pipeline_amount",
        by=("segment", "month"),
        where="segment = 'large' and month >= '2026-02'",
        order=("-pipeline_amount",),
        limit=1,
    )
    assert rows(answer) == [("large", APRIL, Decimal("70.25"))]
    assert answer.notes == ()


@pytest.mark.parametrize(
    ("condition", "deals"),
    [
        ("not (segment = 'small' or is_won)", 2),
        ("segment = 'small' or segment = 'large' and is_won", 2),
        ("(segment = 'small' or segment = 'large') and not is_won", 2),
        ("segment like 'l%' and channel not in ('ads', 'search')", 1),
        ("segment not like 'l%'", 1),
        ("lower(segment) = 'large' and 'mail' <> channel", 2),
        ("won_date is null", 2),
        ("won_date is not null", 2),
        ("month between '2026-01' and '2026-02'", 3),
        ("opened_date not between date '2026-01-10' and date '2026-02-28'", 2),
        ("is_won = true and -1 < 2", 2),
        ("segment = 'o''neil -- /* ; {'", 0),
    ],
)
def test_what_a_condition_may_say(ask: Ask, condition: str, deals: int) -> None:
    assert rows(ask("deals", where=condition)) == [(deals,)]


def test_cumulative_metrics_and_those_that_look_back(ask: Ask) -> None:
    assert rows(ask("deals_to_date", "deals_before", grain="month")) == [
        (JANUARY, 2, 0),
        (FEBRUARY, 3, 2),
        (MARCH, 3, 1),
        (APRIL, 4, 0),
    ]


def test_periods_of_the_projects_own_calendar(ask: Ask) -> None:
    assert rows(ask("deals", "deals_season_before", grain="half_season")) == [
        (JANUARY, 3, 0),
        (MARCH, 1, 3),
    ]


def test_a_fact_seen_from_another_and_a_stock(ask: Ask) -> None:
    assert rows(ask("won_cost_amount", "newest_amount", grain="month")) == [
        (JANUARY, Decimal("10.00"), Decimal("200.00")),
        (FEBRUARY, Decimal("0.00"), Decimal("50.50")),
        (MARCH, Decimal("0.00"), Decimal("0.00")),
        (APRIL, Decimal("0.00"), Decimal("70.25")),
    ]


def test_an_entity_of_what_is_joined_has_its_full_name(ask: Ask, layer: SemanticLayer) -> None:
    assert rows(ask("cost_amount", by=("deal__channel",))) == [("ads", Decimal(10)), ("search", Decimal(20))]
    entities = [cut.name for cut in layer.cuts(["cost_amount"]) if cut.kind == "entity"]
    assert entities == ["channel", "cost", "deal", "deal__channel"]


def test_a_stock_under_a_filter_by_day_or_of_time(ask: Ask) -> None:
    days = ask("newest_amount", grain="day", where="segment = 'large'")
    assert [row for row in rows(days) if row[1]] == [
        (dt.date(2026, 1, 5), Decimal("100.00")),
        (dt.date(2026, 2, 5), Decimal("50.50")),
        (dt.date(2026, 4, 5), Decimal("70.25")),
    ]
    assert rows(ask("newest_amount", grain="month", where="month = '2026-01'")) == [
        (JANUARY, Decimal("200.00"))
    ]


def test_a_time_other_than_the_metrics_own(ask: Ask) -> None:
    assert rows(ask("deals", by=("won_date__month",), where="is_won")) == [(JANUARY, 1), (FEBRUARY, 1)]


WRONG = {
    "metric": (("dels",), {}, UnknownName, "expected a metric, found 'dels'. Did you mean 'deals'"),
    "dimension": (("deals",), {"by": ("segmnt",)}, UnknownName, "Did you mean 'segment'"),
    "grain": (("deals",), {"grain": "moth"}, UnknownName, "Did you mean 'month'"),
    "column to order by": (("deals",), {"order": ("dels",)}, UnknownName, "Did you mean 'deals'"),
    "no metric": ((), {}, UnknownName, "expected at least one metric"),
    "dimension that one metric lacks": (
        ("deals", "cost_amount"),
        {"by": ("cost",)},
        NotCombinable,
        "deals: expected something it can be cut by, found 'cost'. It can be cut by: channel, ",
    ),
    "look back by month cut by another calendar": (
        ("deals_before",),
        {"grain": "half_season"},
        NotCombinable,
        "Ask by day or month, or take one that looks back by half_season: deals_season_before.",
    ),
    "look back by month cut by quarter": (
        ("deals_before",),
        {"grain": "quarter"},
        NotCombinable,
        "found 'quarter'. It adds up within periods and looks back by month: the figures would be of others",
    ),
    "look back without a grain": (("deals_before",), {}, NotCombinable, "expected a grain"),
    "to date by a grain that its meta does not name": (
        ("deals_to_date",),
        {"grain": "day"},
        NotCombinable,
        "found 'day'. It adds up within periods: the figures would be of others. Ask by month or quarter",
    ),
    "look back by season cut by month": (
        ("deals_season_before",),
        {"grain": "month"},
        NotCombinable,
        "Ask by half_season, or take one that looks back by month: deals_before.",
    ),
    "stock under a filter": (
        ("newest_amount",),
        {"grain": "month", "where": "segment = 'large'"},
        NotCombinable,
        "newest_amount: expected no filter on a stock, found one on deal__segment",
    ),
    "name in a condition": (("deals",), {"where": "segmnt = 'large'"}, UnknownName, "'segment'"),
    "second statement": (("deals",), {"where": "is_won; drop table x"}, SemanticError, "character 7"),
    "function": (("deals",), {"where": "read_csv('/etc/passwd') = 1"}, UnknownName, "function 'read_csv'"),
    "subquery": (("deals",), {"where": "segment in (select 1)"}, UnknownName, "found 'select'"),
    "empty condition": (("deals",), {"where": " "}, SemanticError, "expected a condition"),
    "metricflow's own words": (("deals",), {"where": "{{ env_var('HOME') }}"}, SemanticError, "character 1"),
    "template in a text": (("deals",), {"where": "segment = '{{ 7*7 }}'"}, SemanticError, "a text without"),
    "end of a text within a template": (
        ("deals",),
        {"where": "segment = '{{ \"\\x27 or 2 = (select count(*) from core.dim_channel) or \\x27\" }}'"},
        SemanticError,
        "where, character 11: expected a text without",
    ),
    "block in a text": (("deals",), {"where": "segment = '{% raw %}'"}, SemanticError, "a text without"),
    "remark in a text": (("deals",), {"where": "segment = '{# x #}'"}, SemanticError, "a text without"),
    "rest of a line left out": (("deals",), {"where": "is_won -- or"}, SemanticError, "character 8"),
    "remark": (("deals",), {"where": "is_won /* or */"}, SemanticError, "character 8"),
    "bracket that closes another": (
        ("deals",),
        {"where": "is_won) or (true"},
        SemanticError,
        "where, character 7: expected 'and', 'or' or the end, found ')'",
    ),
    "half a comparison": (
        ("deals",),
        {"where": "segment ="},
        SemanticError,
        "where, character 10: expected a name or a value, found the end.",
    ),
    "calculation": (("deals",), {"where": "1/0 = 1"}, SemanticError, "character 2"),
    "number for a text": (("deals",), {"where": "segment = 5"}, NotAnswered, "found: "),
    "comparison that cannot be": (("deals",), {"where": "opened_date > 'x'"}, NotAnswered, "found: Conv"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(ask: Ask, case: str) -> None:
    metrics, rest, error, message = WRONG[case]
    with pytest.raises(error) as raised:
        ask(*metrics, **rest)
    assert message in str(raised.value)


def test_a_filter_that_hits_nothing_says_so_and_offers_the_nearest(ask: Ask) -> None:
    answer = ask("deals", where="segment = 'larg'")
    assert rows(answer) == [(0,)]
    assert "every figure is empty or zero" in answer.notes[0]
    assert "found 'larg'. Did you mean 'large'?" in answer.notes[1]


def test_one_wrong_value_of_several_is_noted(ask: Ask) -> None:
    answer = ask("deals", where="segment in ('larg', 'small')")
    assert rows(answer) == [(1,)]
    assert len(answer.notes) == 1 and "'larg'" in answer.notes[0]


def test_no_false_note(ask: Ask) -> None:
    """A row that a limit left out, a share of 0, a pattern: nothing of it is worth a note."""
    first_is_zero = ask(
        "sourced_share", "deals", grain="month", where="segment = 'large'", order=("deals",), limit=1
    )
    assert rows(first_is_zero) == [(MARCH, None, 0)]
    assert first_is_zero.notes == ()
    share = ask("sourced_share", where="channel = 'search'")
    assert (rows(share), share.notes) == ([(0.0,)], ())
    for condition in ("segment like 'la%'", "lower(segment) = 'LARGE' or is_won", "segment > 'a'"):
        assert ask("deals", where=condition).notes == ()


def test_what_metricflow_says_holds_no_traceback(layer: SemanticLayer) -> None:
    for where in ("{{ foo }} = 1", "{{ 1/0 }} = 1"):
        with pytest.raises(NotCombinable) as raised:
            layer.engine.sql(["deals"], [], [where])
        assert "Error parsing where filter" in str(raised.value)
        assert "Traceback" not in str(raised.value) and ".py" not in str(raised.value)


def test_another_metricflow_is_another_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = Question(("deals",))
    SemanticLayer(Manifest(manifest()), cache=tmp_path).compile(question)
    kept = len(list(tmp_path.rglob("*.json")))
    for change in ("importlib.metadata.version", "leitstand.semantic.engine.WRITER"):
        with monkeypatch.context() as patched:
            patched.setattr(change, (lambda name: "other") if "version" in change else WRITER + 1)
            SemanticLayer(Manifest(manifest()), cache=tmp_path).compile(question)
        found = len(list(tmp_path.rglob("*.json")))
        assert found > kept
        kept = found


def test_two_threads_have_a_question_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, ...]] = []
    explain = Engine._explain

    def counted(engine: Engine, metrics: Sequence[str], *rest: Any) -> Any:
        written.append(tuple(metrics))
        return explain(engine, metrics, *rest)

    monkeypatch.setattr(Engine, "_explain", counted)
    engine = SemanticLayer(Manifest(manifest()), cache=tmp_path).engine
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: engine.sql(["deals"], []), range(2))
    assert first == second and written == [("deals",)]


def test_what_was_written_once_is_kept(layer: SemanticLayer, tmp_path: Path) -> None:
    question = Question(("deals",), by=("segment",))
    first = SemanticLayer(Manifest(manifest()), cache=tmp_path)
    assert first.compile(question).sql == layer.compile(question).sql
    again = SemanticLayer(Manifest(manifest()), cache=tmp_path)
    assert again.compile(question).sql == layer.compile(question).sql
    assert "_metricflow" not in vars(again.engine)


def test_another_manifest_is_another_answer(tmp_path: Path) -> None:
    changed = manifest().replace('"expr": "1"', '"expr": "2"')
    queries = [
        SemanticLayer(Manifest(text), cache=tmp_path).compile(Question(("deals",))).sql
        for text in (manifest(), changed)
    ]
    assert queries[0] != queries[1]


def test_a_file_that_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "semantic_manifest.json").write_text("{}")
    with pytest.raises(NotAnswered, match="expected metrics and semantic models"):
        Manifest.read(tmp_path / "semantic_manifest.json")
    with pytest.raises(NotAnswered, match="found none"):
        Manifest.read(tmp_path / "nothing.json")


def test_every_format_holds_the_same(ask: Ask) -> None:
    answer = ask("deals", "pipeline_amount", by=("segment", "month"), limit=2)
    written = {name: write(answer.table) for name, write in WRITERS.items()}
    assert parquet.read_table(io.BytesIO(written["parquet"])) == answer.table
    assert ipc.open_file(written["arrow"]).read_all() == answer.table
    assert json.loads(written["json"]) == [
        {"segment": "large", "month": "2026-01-01", "deals": 1, "pipeline_amount": 100.0},
        {"segment": "large", "month": "2026-02-01", "deals": 1, "pipeline_amount": 50.5},
    ]
    assert written["csv"].decode().splitlines() == [
        '"segment","month","deals","pipeline_amount"',
        '"large",2026-01-01,1,100.00',
        '"large",2026-02-01,1,50.50',
    ]
