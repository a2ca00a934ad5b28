"""The metrics for assistants: a Model Context Protocol server over what is published, and nothing else.

It reads the current release for every call, so an assistant that stays connected sees the next publication.
It writes nothing, reaches no other file, and gives at most `ROWS` rows.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from leitstand.config import Company
from leitstand.errors import LeitstandError
from leitstand.metrics.catalogue import Entry, entries, entry
from leitstand.metrics.source import Source, published
from leitstand.semantic import Question
from leitstand.semantic.formats import as_json

if TYPE_CHECKING:
    from mcp.server import MCPServer

ROWS = 1000
Language = Literal["en", "de"]


def serve(company: Company) -> None:
    """Answer on standard input and output until the assistant leaves."""
    server(company).run("stdio")


def tools(company: Company) -> list[dict[str, Any]]:
    """The tools with their names, descriptions and parameters, as an assistant is told of them."""
    import asyncio

    found = asyncio.run(server(company).list_tools())
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in found]


def server(company: Company) -> MCPServer:
    """The server of a company, with its three tools."""
    from mcp.server import MCPServer

    host = MCPServer(
        "leitstand",
        instructions=(
            f"Figures of marketing and sales of {company.settings.name}, as published. List the metrics, "
            "describe one to learn what it means and what it can be cut by, then query. Never add up or "
            "average ratios: ask for them at the cut that is wanted."
        ),
    )

    @host.tool()
    def list_metrics(language: Language = "en") -> list[dict[str, str]]:
        """List all metrics: name, label, unit and the review it belongs to."""
        with _told(company) as source:
            return [_short(found) for found in entries(source.layer, language)]

    @host.tool()
    def describe_metric(name: str, language: Language = "en") -> dict[str, Any]:
        """Say what a metric means, how it is made, and by which grains and dimensions it can be cut."""
        with _told(company) as source:
            return dataclasses.asdict(entry(source.layer, name, language))

    @host.tool()
    def query(
        metrics: list[str],
        by: list[str] | None = None,
        grain: str | None = None,
        where: str | None = None,
        order: list[str] | None = None,
        limit: int = 100,
    ) -> dict[str, Any]:
        """Ask for metrics, cut by dimensions and a grain (month, quarter, year, fiscal_period …).

        where is a condition over dimensions and grains, such as "channel = 'events' and month >= '2026-01'";
        order names columns of the answer, with - before those that fall. At most 1,000 rows are given.
        """
        rows = min(max(limit, 1), ROWS)
        question = Question(
            tuple(metrics), tuple(by or ()), grain, where or None, tuple(order or ()), limit=rows + 1
        )
        with _told(company) as source:
            answer = source.answer(question)
            found: list[dict[str, Any]] = json.loads(as_json(answer.table))
            notes = [*answer.notes]
            if len(found) > rows:
                notes.append(f"only the first {rows} rows: ask for fewer, or raise the limit (to {ROWS}).")
            return {"rows": found[:rows], "notes": notes, "source": source.name, "sql": answer.sql}

    return host


@contextmanager
def _told(company: Company) -> Iterator[Source]:
    """The current release; what is wrong with a question is told to the assistant."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        with published(company) as source:
            yield source
    except LeitstandError as error:
        raise ToolError(str(error)) from error


def _short(found: Entry) -> dict[str, str]:
    return {"name": found.name, "label": found.label, "unit": found.unit, "review": found.review}
