"""The server for assistants, asked by the reference SDK's own client, over a release of the shop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from mcp.client import Client

from leitstand.metrics import server
from leitstand.metrics.source import MANIFEST
from leitstand.semantic import Manifest
from leitstand.semantic.rollup import roll_up, write_roll_up
from semantic.shop import TABLES, manifest

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A company whose current release holds the shop's sums, and beside it a file that nobody may read."""
    folder = tmp_path_factory.mktemp("shop")
    release = folder / "releases" / "current"
    release.mkdir(parents=True)
    (folder / "secret.csv").write_text("secret\n1\n")
    plan = roll_up(
        Manifest(manifest()),
        grain="month",
        catalog="kpi",
        schema="semantic",
        is_open=lambda table: True,
        is_shown=lambda table, column: True,
    )
    with duckdb.connect(str(release / "kpi.duckdb")) as db:
        db.execute("attach ':memory:' as memory; use memory")
        db.execute(TABLES)
        db.execute("use kpi")
        write_roll_up(db, plan, "semantic")
        db.execute(
            "create schema meta; create table meta.weakened "
            "(table_name varchar, failed_checks varchar[], reason varchar)"
        )
    (release / MANIFEST).write_text(json.dumps(plan.manifest))
    return SimpleNamespace(releases=folder / "releases", settings=SimpleNamespace(name="Shop"))


@pytest.fixture(scope="module")
def call(company: Any) -> Call:
    """Call a tool; gives what it returned, or the text of its error."""

    async def once(tool: str, arguments: dict[str, Any]) -> Any:
        async with Client(server.server(company)) as client:
            result = await client.call_tool(tool, arguments)
            if result.is_error:
                return result.content[0].text
            found = result.structured_content
            return found["result"] if set(found) == {"result"} else found

    return lambda tool, **arguments: asyncio.run(once(tool, arguments))


def test_it_offers_three_tools_and_says_what_they_do(company: Any) -> None:
    async def tools() -> dict[str, str]:
        async with Client(server.server(company)) as client:
            return {tool.name: tool.description or "" for tool in (await client.list_tools()).tools}

    found = asyncio.run(tools())
    assert set(found) == {"list_metrics", "describe_metric", "query"}
    assert "At most 1,000 rows" in found["query"]


def test_the_tools_can_be_read_without_a_client(company: Any) -> None:
    found = {tool["name"]: tool for tool in server.tools(company)}
    assert set(found) == {"list_metrics", "describe_metric", "query"}
    assert set(found["query"]["inputSchema"]["required"]) == {"metrics"}


def test_metrics_are_listed_and_described_in_both_languages(call: Call) -> None:
    listed = {found["name"]: found["label"] for found in call("list_metrics", language="de")}
    assert listed["deals"] == "Angebote"
    assert "median_amount" not in listed
    described = call("describe_metric", name="deals")
    assert (described["label"], described["unit"]) == ("Deals", "count")
    assert {"channel", "channel_group", "segment"} <= set(described["dimensions"])


def test_a_question_is_answered_with_its_source(call: Call) -> None:
    answer = call("query", metrics=["deals", "sourced_share"], by=["channel"], where="month = '2026-01'")
    assert answer["rows"] == [{"channel": "ads", "deals": 2, "sourced_share": 1.0}]
    assert (answer["notes"], answer["source"]) == ([], "release current")


def test_an_answer_from_what_cannot_be_trusted_says_so(company: Any, call: Call) -> None:
    file = company.releases / "current" / "kpi.duckdb"
    with duckdb.connect(str(file)) as db:
        db.execute(
            "insert into meta.weakened values "
            "('semantic.fct_deal_by_opened_date', ['deals_are_whole'], 'The board meets'), ('kpi_x', [], 'x')"
        )
    said = call("query", metrics=["deals"], by=["channel"])["notes"]
    untouched = call("query", metrics=["cost_amount"])["notes"]
    with duckdb.connect(str(file)) as db:
        db.execute("delete from meta.weakened")
    assert said == [
        "weakened: semantic.fct_deal_by_opened_date cannot be trusted. Published although checks failed "
        "(deals_are_whole): The board meets"
    ]
    assert untouched == []


def test_rows_have_a_limit_which_is_said(call: Call) -> None:
    answer = call("query", metrics=["deals"], grain="month", limit=3)
    assert len(answer["rows"]) == 3
    assert answer["notes"] == ["only the first 3 rows: ask for fewer, or raise the limit (to 1000)."]
    assert len(call("query", metrics=["deals"], grain="month", limit=10**9)["rows"]) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"metrics": ["dels"]}, "Did you mean 'deals'"),
        ({"metrics": ["median_amount"]}, "made of sums"),
        ({"metrics": ["deals"], "grain": "day"}, "sums of months"),
        ({"metrics": ["deals"], "where": "1 = (select count(*) from 'secret.csv')"}, "character 19"),
        ({"metrics": ["deals"], "where": "segment = '{{ 1 }}'"}, "a text without"),
        ({"metrics": ["deals"], "where": "is_won; copy (select 1) to 'x.csv'"}, "character 7"),
    ],
)
def test_what_cannot_be_answered_is_said(call: Call, arguments: dict[str, Any], said: str) -> None:
    assert said in call("query", **arguments)


def test_the_connection_can_neither_write_nor_reach_another_file(company: Any) -> None:
    with server.published(company) as source:
        for statement in (
            "create table semantic.more as select 1",
            f"select * from read_csv('{company.releases.parent / 'secret.csv'}')",
            "attach 'other.duckdb'",
            "copy (select 1) to 'x.csv'",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                source.db.execute(statement)


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    empty = SimpleNamespace(releases=tmp_path, settings=SimpleNamespace(name="Shop"))

    async def once() -> Any:
        async with Client(server.server(empty)) as client:
            return await client.call_tool("list_metrics", {})

    assert "Run `leitstand run`" in asyncio.run(once()).content[0].text
