"""A star of sums: what a publication needs to answer questions without a row of anything single.

Every fact becomes one table for each date that dates its metrics: a row per month and combination of
attributes, with the sum of each metric and no key of the fact. A dimension that may not be published is
reduced to its distinct attributes under a number of its own. The manifest that comes with it defines the
same metrics over these tables; what is no sum (a median, a distinct count) stays out of both.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from leitstand.semantic.errors import NotAnswered
from leitstand.semantic.manifest import FINEST_GRAIN, LEFT_OUT, NUMBERED, Manifest
from leitstand.semantic.sql import quoted, rewritten

Model = dict[str, Any]

_SUMS = {
    "sum": "sum({expr})",
    "count": "count({expr})",
    "sum_boolean": "sum(case when {expr} then 1 else 0 end)",
    "min": "min({expr})",
    "max": "max({expr})",
}
_AGAIN = {"min": "min", "max": "max"}
_LAST = "is_last_of_its_period"


@dataclass(frozen=True)
class RolledTable:
    """One table of the star and the query that fills it."""

    name: str
    source: str
    """Name of the table that it is made of."""
    sql: str


@dataclass(frozen=True)
class RollUp:
    """A star of sums: its tables, in the order in which they are made, and its manifest."""

    tables: tuple[RolledTable, ...]
    keys: tuple[RolledTable, ...]
    """From the keys of a dimension to the numbers in their place; needed to fill, never published."""
    manifest: dict[str, Any]


def roll_up(
    manifest: Manifest,
    *,
    grain: str,
    catalog: str,
    schema: str,
    is_open: Callable[[str], bool],
    is_shown: Callable[[str, str], bool],
) -> RollUp:
    """Plan a star of sums at a grain, in a schema of a catalog.

    `is_open` says of a table's name whether its rows may be published as they are; `is_shown` of a table's
    and a column's name whether that attribute may stand in the sums.
    """
    return _Plan(manifest, grain, (catalog, schema), is_open, is_shown).make()


def write_roll_up(db: duckdb.DuckDBPyConnection, plan: RollUp, schema: str) -> None:
    """Write the tables of a star into a schema, all of them or none.

    Raises:
        NotAnswered: a table that they are made of is missing; what stood in the schema stays.
    """
    try:
        with rewritten(db, schema) as place:
            for table in plan.keys:
                db.execute(f"create or replace temp table {quoted(table.name)} as {table.sql}")
            for table in plan.tables:
                db.execute(f"create table {place}.{quoted(table.name)} as {table.sql}")
    except duckdb.Error as error:
        raise NotAnswered(
            f"{schema}.{table.name}: expected the tables that it is made of, found: "
            f"{' '.join(str(error).split())[:300]}. Build them anew."
        ) from error
    finally:
        for table in plan.keys:
            db.execute(f"drop table if exists temp.{quoted(table.name)}")


class _Plan:
    def __init__(
        self,
        manifest: Manifest,
        grain: str,
        place: tuple[str, str],
        is_open: Callable[[str], bool],
        is_shown: Callable[[str, str], bool],
    ) -> None:
        self._manifest, self._grain = manifest, grain
        self._catalog, self._schema = place
        self._is_open, self._is_shown = is_open, is_shown
        self._summed = {metric.model for metric in manifest.metrics.values() if metric.model}
        referred = {
            entity["name"]
            for model in manifest.models.values()
            for entity in model["entities"]
            if entity["type"] == "foreign"
        }
        # a fact that others refer to is a dimension for them
        self._dimensions = {
            str(entity["name"]): model
            for model in manifest.models.values()
            for entity in model["entities"]
            if entity["type"] in ("primary", "unique")
            and (model["name"] not in self._summed or entity["name"] in referred)
        }
        self._tables: list[RolledTable] = []
        self._keys: dict[str, RolledTable] = {}

    def make(self) -> RollUp:
        content = copy.deepcopy(self._manifest.content)
        kept = self._kept_metrics()
        models = [rolled for model in self._in_order() if (rolled := self._dimension(model))]
        for model in self._manifest.models.values():
            if model["name"] in self._summed:
                models += self._facts(model, kept)
        content["semantic_models"] = models
        content["metrics"] = [self._metric(item) for item in content["metrics"] if item["name"] in kept]
        content["saved_queries"] = []
        content[FINEST_GRAIN] = self._grain
        content[LEFT_OUT] = sorted(set(self._manifest.metrics) - kept)
        content[NUMBERED] = sorted(self._keys)
        for spine in content["project_configuration"]["time_spines"]:
            relation = spine["node_relation"]
            name = f"time_spine_by_{spine['primary_column']['time_granularity']}"
            columns = [spine["primary_column"]["name"]]
            columns += [item["column_name"] or item["name"] for item in spine["custom_granularities"]]
            self._add(name, relation["alias"], columns, relation["relation_name"], "order by 1")
            spine["node_relation"] = self._relation(name)
        return RollUp(tuple(self._tables), tuple(self._keys.values()), content)

    def _kept_metrics(self) -> set[str]:
        """The metrics that are sums, or are made of nothing else."""
        return {
            name
            for name in self._manifest.metrics
            if all(self._is_rollable(item.name) for item in self._manifest.ingredients(name))
        }

    def _is_rollable(self, name: str) -> bool:
        metric = self._manifest.metric(name)
        is_sum = metric.aggregation in _SUMS and (
            metric.stock is None or metric.stock == metric.time_dimension
        )
        return is_sum if metric.kind == "simple" else metric.kind != "conversion"

    def _in_order(self) -> Iterator[Model]:
        """The dimensions, each after those that it refers to."""
        done: set[str] = set()

        def visit(model: Model) -> Iterator[Model]:
            if model["name"] in done:
                return
            done.add(model["name"])
            for entity in model["entities"]:
                other = self._dimensions.get(entity["name"])
                if entity["type"] == "foreign" and other is not None:
                    yield from visit(other)
            yield model

        for model in self._dimensions.values():
            yield from visit(model)

    def _dimension(self, model: Model) -> Model | None:
        """A dimension as it is published: with its key, or reduced to its attributes."""
        alias = model["node_relation"]["alias"]
        attributes = self._attributes(model)
        is_fact = model["name"] in self._summed
        foreign = [
            entity
            for entity in model["entities"]
            if not is_fact
            and entity["type"] == "foreign"
            and entity["name"] in self._dimensions
            and self._may_stand(entity)
        ]
        own = [e for e in model["entities"] if e["type"] in ("primary", "unique")]
        shown = [f"{_of_source(d)} as {quoted(d['name'])}" for d in attributes]
        shown += [f"{self._key(e)} as {quoted(e['name'])}" for e in foreign]
        source = self._joined(model, foreign)
        names = [quoted(item["name"]) for item in (*attributes, *foreign)]
        if self._is_open(alias) and not is_fact:
            columns = [f"{_of_source(e)} as {quoted(e['name'])}" for e in own] + shown
            self._add(alias, alias, columns, source, "order by 1")
        elif not names:
            return None
        else:
            number = f"cast(dense_rank() over (order by {', '.join(names)}) as integer)"
            numbered = (
                f"select *, {number} as number from (select "
                f"{', '.join(f'{_of_source(e)} as {quoted(_original(e))}' for e in own)}, "
                f"{', '.join(shown)} from {source}) as attributes"
            )
            for entity in own:
                key = quoted(_original(entity))
                self._keys[entity["name"]] = RolledTable(
                    f"numbers_of_{entity['name']}",
                    alias,
                    f"select {key} as numbered_key, number as numbered_as from ({numbered})",
                )
            columns = [f"number as {quoted(e['name'])}" for e in own] + names
            self._add(alias, alias, columns, f"({numbered}) as source", "group by all order by 1")
        return self._model(model, alias, [*own, *foreign], attributes, None)

    def _facts(self, model: Model, kept: set[str]) -> Iterator[Model]:
        """A fact as it is published: one table for each date that dates its metrics."""
        metrics = [m for m in self._manifest.metrics.values() if m.model == model["name"] and m.name in kept]
        alias = model["node_relation"]["alias"]
        foreign = [e for e in model["entities"] if e["type"] == "foreign" and self._may_stand(e)]
        attributes = self._attributes(model)
        own = next((e["name"] for e in model["entities"] if e["type"] == "primary"), model["primary_entity"])
        for time in sorted({str(metric.time_dimension) for metric in metrics}):
            dimension = next(d for d in model["dimensions"] if d["name"] == time)
            name = f"{alias}_by_{time}"
            start = f"cast(date_trunc('{self._grain}', {_of_source(dimension)}) as date)"
            columns = [f"{start} as {quoted(time)}"]
            columns += [f"{self._key(e)} as {quoted(e['name'])}" for e in foreign]
            columns += [f"{_of_source(d)} as {quoted(d['name'])}" for d in attributes]
            dated = [metric for metric in metrics if metric.time_dimension == time]
            for metric in dated:
                total = _SUMS[str(metric.aggregation)].format(expr=metric.expression)
                only = f" filter (where source.{_LAST})" if metric.stock else ""
                columns.append(f"{total}{only} as {quoted(metric.name)}")
            keys = 1 + len(foreign) + len(attributes)
            order = ", ".join(str(number + 1) for number in range(keys))
            table = model["node_relation"]["relation_name"]
            if any(metric.stock for metric in dated):
                # of a stock the last day of a period stands for the period
                day = _expr(dimension)
                last = f"max({day}) over (partition by date_trunc('{self._grain}', {day}))"
                table = f"(select *, {day} = {last} as {_LAST} from {table})"
            source = self._joined(model, foreign, table)
            where = f"where {_of_source(dimension)} is not null "
            self._add(name, alias, columns, source, f"{where}group by {order} order by {order}")
            rolled = self._model(model, name, foreign, attributes, own)
            # a first day of the grain stays a day, for other calendars' periods are made of days
            rolled["dimensions"].append(copy.deepcopy(dimension) | {"expr": None})
            rolled["defaults"] = {"agg_time_dimension": time}
            yield rolled

    def _attributes(self, model: Model) -> list[dict[str, Any]]:
        alias = model["node_relation"]["alias"]
        return [
            dimension
            for dimension in model["dimensions"]
            if dimension["type"] == "categorical"
            and (self._is_open(alias) or self._is_shown(alias, _expr(dimension)))
        ]

    def _may_stand(self, entity: dict[str, Any]) -> bool:
        """A key that is numbered anew, or that of a table that may be published, or of no table: a word."""
        name = entity["name"]
        model = self._dimensions.get(name)
        if model is not None:
            return name in self._keys or self._is_open(model["node_relation"]["alias"])
        return not any(
            other["name"] == name and other["type"] in ("primary", "unique")
            for model in self._manifest.models.values()
            for other in model["entities"]
        )

    def _key(self, entity: dict[str, Any]) -> str:
        name = entity["name"]
        return f"{quoted('key_' + name)}.numbered_as" if name in self._keys else f"{_of_source(entity)}"

    def _joined(self, model: Model, foreign: list[dict[str, Any]], table: str | None = None) -> str:
        joins = [
            f" left join {quoted('numbers_of_' + e['name'])} as {quoted('key_' + e['name'])}"
            f" on {_of_source(e)} = {quoted('key_' + e['name'])}.numbered_key"
            for e in foreign
            if e["name"] in self._keys
        ]
        return f"{table or model['node_relation']['relation_name']} as source{''.join(joins)}"

    def _add(self, name: str, source: str, columns: list[str], origin: str, rest: str) -> None:
        sql = f"select {', '.join(columns)} from {origin} {rest}".strip()
        self._tables.append(RolledTable(name, source, sql))

    def _model(
        self,
        model: Model,
        name: str,
        entities: list[dict[str, Any]],
        attributes: list[dict[str, Any]],
        own: str | None,
    ) -> Model:
        rolled = copy.deepcopy(model)
        rolled["name"] = name
        rolled["node_relation"] = self._relation(name)
        rolled["primary_entity"] = own
        rolled["entities"] = [copy.deepcopy(e) | {"expr": None} for e in entities]
        rolled["dimensions"] = [copy.deepcopy(d) | {"expr": None} for d in attributes]
        rolled["measures"] = []
        rolled["defaults"] = None
        return rolled

    def _relation(self, name: str) -> dict[str, str]:
        return {
            "alias": name,
            "schema_name": self._schema,
            "database": self._catalog,
            "relation_name": f"{quoted(self._catalog)}.{quoted(self._schema)}.{quoted(name)}",
        }

    def _metric(self, content: dict[str, Any]) -> dict[str, Any]:
        metric = self._manifest.metric(content["name"])
        if metric.kind != "simple":
            return content
        params = content["type_params"]
        params["expr"] = metric.name
        aggregation = params["metric_aggregation_params"]
        alias = self._manifest.models[str(metric.model)]["node_relation"]["alias"]
        aggregation["semantic_model"] = f"{alias}_by_{metric.time_dimension}"
        aggregation["agg"] = _AGAIN.get(str(metric.aggregation), "sum")
        return content


def _original(entity: dict[str, Any]) -> str:
    return f"key of {entity['name']}"


def _expr(item: dict[str, Any]) -> str:
    return str(item.get("expr") or item["name"])


def _of_source(item: dict[str, Any]) -> str:
    """A column of the source by its full name; an expression as it stands."""
    found = _expr(item)
    return f"source.{found}" if found.isidentifier() else f"({found})"
