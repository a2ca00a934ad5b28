"""People are the connected components of records: the macro's SQL against scipy, on random and odd graphs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import duckdb
import jinja2
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from leitstand.config import PROJECT_ROOT

MACRO = PROJECT_ROOT / "macros" / "identity" / "connected_components.sql"
MODEL = PROJECT_ROOT / "models" / "intermediate" / "identity" / "int_identity__components.sql"
ROUNDS = 6

Edge = tuple[int, int]
"""A record and an identifier that it holds."""


def contracted(edges: Sequence[Edge]) -> tuple[set[frozenset[int]], int]:
    """Groups of two records and more by the macro's own SQL, and how many records are still open."""
    module = jinja2.Environment().from_string(MACRO.read_text(encoding="utf-8")).module
    ctes = module.connected_components("edges", "record", "identifier", ROUNDS)  # type: ignore[attr-defined]
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute("create table edges (record varchar, identifier varchar)")
        records, identifiers = zip(*edges, strict=True)
        db.execute(
            "insert into edges select 'r' || unnest($1), 'i' || unnest($2)",
            [list(records), list(identifiers)],
        )
        rows = db.execute(
            f"with {ctes} select list(cast(substr(record, 2) as integer)), count(*) filter (is_open) "
            "from components join nodes using (label) group by component"
        ).fetchall()
    return {frozenset(group) for group, _ in rows if len(group) > 1}, sum(
        still_open for _, still_open in rows
    )


def expected(edges: Sequence[Edge]) -> set[frozenset[int]]:
    """The same by scipy, on the graph of records and identifiers."""
    records, identifiers = (numpy.array(side) for side in zip(*edges, strict=True))
    first = int(records.max()) + 1
    size = first + int(identifiers.max()) + 1
    graph = coo_array((numpy.ones(len(edges)), (records, first + identifiers)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    groups: dict[int, set[int]] = {}
    for record in set(records.tolist()):
        groups.setdefault(int(labels[record]), set()).add(record)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


@settings(max_examples=40, deadline=None)
@given(
    edges=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=120, unique=True),
    seed=st.integers(),
)
def test_components_are_those_of_scipy_in_any_order(edges: list[Edge], seed: int) -> None:
    groups, still_open = contracted(edges)
    assert still_open == 0
    assert groups == expected(edges)
    shuffled = random.Random(seed).sample(edges, len(edges))
    assert contracted(shuffled)[0] == groups


def chain(length: int) -> list[Edge]:
    """Each record shares one identifier with the next."""
    return [edge for record in range(length) for edge in ((record, record), (record, record + 1))]


def star(points: int) -> list[Edge]:
    """One record shares an identifier of its own with each other one."""
    return [edge for point in range(1, points + 1) for edge in ((0, point), (point, point))]


def ladder(length: int) -> list[Edge]:
    """Two chains with rungs: every record is reached by two ways."""
    upper = chain(length)
    lower = [(record + length, identifier + length + 1) for record, identifier in chain(length)]
    rungs = [edge for n in range(length) for edge in ((n, n + 3 * length), (n + length, n + 3 * length))]
    return upper + lower + rungs


def together(*graphs: Iterable[Edge]) -> list[Edge]:
    """Graphs side by side."""
    edges: list[Edge] = []
    for number, graph in enumerate(graphs):
        edges += [(record + number * 10_000, identifier + number * 10_000) for record, identifier in graph]
    return edges


@pytest.mark.parametrize(
    "edges",
    [
        chain(2),
        chain(100),
        chain(200),
        star(2_000),
        ladder(200),
        together(chain(300), star(300), chain(50), ladder(50), [(0, 0)]),
    ],
    ids=["two", "chain of 100", "chain of 200", "star", "ladder", "side by side"],
)
def test_chains_and_stars_converge(edges: list[Edge]) -> None:
    groups, still_open = contracted(edges)
    assert still_open == 0
    assert groups == expected(edges)


def test_what_has_not_converged_says_so() -> None:
    """A chain far longer than any that people make: the test of the model would stop the build."""
    _, still_open = contracted(chain(5_000))
    assert still_open > 0


def test_the_model_takes_as_many_rounds() -> None:
    assert f"rounds={ROUNDS})" in MODEL.read_text(encoding="utf-8")


def test_a_record_that_goes_takes_its_links_with_it() -> None:
    """No memory: without the record between them two others are two people again."""
    edges = [(1, 1), (2, 1), (2, 2), (3, 2)]
    assert contracted(edges)[0] == {frozenset({1, 2, 3})}
    assert contracted([edge for edge in edges if edge[0] != 2])[0] == set()
