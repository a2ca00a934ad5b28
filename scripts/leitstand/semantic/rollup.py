"""A star of sums: what a publication needs to answer questions without the key of anything single.

Every fact becomes one table for each date that dates its metrics, and one more for its stocks: a row per
period and combination of attributes, with the sum of each metric. No key of the fact stands in it, and none
of a dimension that may not be published: the dimension's attributes stand beside the sums as they are, and
its own table is the list of their combinations, joined by nothing but these. The manifest that comes with it
defines the same metrics over these tables; what is no sum (a median, a distinct count) stays out of both.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from leitstand.semantic.errors import NotAnswered
from leitstand.semantic.manifest import COMBINED, FINEST_GRAIN, LEFT_OUT, Manifest, Metric
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


@dataclass(frozen=True)
class RolledTable:
    """One table of the star and the query that fills it."""

    name: str
    source: str
    """Name of the table whose rows it sums or shows."""
    models: tuple[str, ...]
    """Names of all tables that it is made of."""
    sql: str


@dataclass(frozen=True)
class RollUp:
    """A star of sums: its tables, in the order in which they are made, and its manifest."""

    tables: tuple[RolledTable, ...]
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
            for table in plan.tables:
                db.execute(f"create table {place}.{quoted(table.name)} as {table.sql}")
    except duckdb.Error as error:
        raise NotAnswered(
            f"{schema}.{table.name}: expected the tables that it is made of, found: "
            f"{' '.join(str(error).split())[:300]}. Build them anew."
        ) from error


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
        self._combined = {name for name, model in self._dimensions.items() if not self._is_kept(model)}

    def make(self) -> RollUp:
        content = copy.deepcopy(self._manifest.content)
        kept = self._kept_metrics()
        dimensions = {model["name"]: model for model in self._dimensions.values()}
        models = [rolled for model in dimensions.values() if (rolled := self._dimension(model))]
        for model in self._manifest.models.values():
            if model["name"] in self._summed:
                models += self._facts(model, kept)
        content["semantic_models"] = models
        content["metrics"] = [self._metric(item) for item in content["metrics"] if item["name"] in kept]
        content["saved_queries"] = []
        content[FINEST_GRAIN] = self._grain
        content[LEFT_OUT] = sorted(set(self._manifest.metrics) - kept)
        content[COMBINED] = sorted(self._combined)
        for spine in content["project_configuration"]["time_spines"]:
            relation = spine["node_relation"]
            name = f"time_spine_by_{spine['primary_column']['time_granularity']}"
            columns = [spine["primary_column"]["name"]]
            columns += [item["column_name"] or item["name"] for item in spine["custom_granularities"]]
            self._add(name, relation["alias"], columns, relation["relation_name"], "order by 1")
            spine["node_relation"] = self._relation(name)
        return RollUp(tuple(self._tables), content)

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

    def _is_kept(self, model: Model) -> bool:
        """True where a dimension is published with its key: it may be, and it is no fact as well."""
        return self._is_open(model["node_relation"]["alias"]) and model["name"] not in self._summed

    def _dimension(self, model: Model) -> Model | None:
        """A dimension as it is published: with its key, or as the combinations of its attributes."""
        alias, table = model["node_relation"]["alias"], model["node_relation"]["relation_name"]
        attributes = self._attributes(model)
        own = [e for e in model["entities"] if e["type"] in ("primary", "unique")]
        shown = [f"{_of_source(d)} as {quoted(d['name'])}" for d in attributes]
        if self._is_kept(model):
            foreign = [e for e in self._foreign(model) if e["name"] not in self._combined]
            keys = [f"{_of_source(e)} as {quoted(e['name'])}" for e in (*own, *foreign)]
            self._add(alias, alias, [*keys, *shown], f"{table} as source", "order by 1")
            return self._model(model, alias, [_plain(e) for e in (*own, *foreign)], attributes, None)
        if not attributes:
            return None
        self._add(alias, alias, shown, f"{table} as source", "group by all order by all")
        key = _row(d["name"] for d in attributes)
        return self._model(model, alias, [copy.deepcopy(e) | {"expr": key} for e in own], attributes, None)

    def _facts(self, model: Model, kept: set[str]) -> Iterator[Model]:
        """A fact as it is published: one table for each date that dates its metrics, stocks apart."""
        metrics = [m for m in self._manifest.metrics.values() if m.model == model["name"] and m.name in kept]
        foreign, attributes = self._foreign(model), self._attributes(model)
        own = next((e["name"] for e in model["entities"] if e["type"] == "primary"), model["primary_entity"])
        for name in sorted({self._table_of(metric) for metric in metrics}):
            dated = [metric for metric in metrics if self._table_of(metric) == name]
            time = str(dated[0].time_dimension)
            dimension = next(d for d in model["dimensions"] if d["name"] == time)
            start = f"cast(date_trunc('{self._grain}', {_of_source(dimension)}) as date)"
            keys = [f"{start} as {quoted(time)}"]
            for entity in foreign:
                keys += self._key(entity)
            keys += [f"{_of_source(d)} as {quoted(d['name'])}" for d in attributes]
            sums = [
                f"{_SUMS[str(m.aggregation)].format(expr=m.expression)} as {quoted(m.name)}" for m in dated
            ]
            source = self._joined(model, foreign, _expr(dimension) if dated[0].stock else None)
            order = ", ".join(str(number + 1) for number in range(len(keys)))
            where = f"where {_of_source(dimension)} is not null "
            self._add(
                name,
                model["node_relation"]["alias"],
                [*keys, *sums],
                source,
                f"{where}group by {order} order by {order}",
            )
            entities = [copy.deepcopy(e) | {"expr": self._joint(e)} for e in foreign]
            rolled = self._model(model, name, entities, attributes, own)
            # a first day of the grain stays a day, for other calendars' periods are made of days
            rolled["dimensions"].append(_plain(dimension))
            rolled["defaults"] = {"agg_time_dimension": time}
            yield rolled

    def _table_of(self, metric: Metric) -> str:
        """The table that holds the sums of a simple metric."""
        alias = self._manifest.models[str(metric.model)]["node_relation"]["alias"]
        return f"{alias}_{'on_last' if metric.stock else 'by'}_{metric.time_dimension}"

    def _attributes(self, model: Model) -> list[dict[str, Any]]:
        alias = model["node_relation"]["alias"]
        return [
            dimension
            for dimension in model["dimensions"]
            if dimension["type"] == "categorical"
            and (self._is_open(alias) or self._is_shown(alias, _expr(dimension)))
        ]

    def _foreign(self, model: Model) -> list[dict[str, Any]]:
        """The entities of a table that a star can tell apart: by a word, an open key, or by attributes."""
        keys = {
            entity["name"]
            for other in self._manifest.models.values()
            for entity in other["entities"]
            if entity["type"] in ("primary", "unique")
        }
        return [
            entity
            for entity in model["entities"]
            if entity["type"] == "foreign"
            and (
                bool(self._attributes(self._dimensions[entity["name"]]))
                if entity["name"] in self._combined
                else entity["name"] in self._dimensions or entity["name"] not in keys
            )
        ]

    def _key(self, entity: dict[str, Any]) -> list[str]:
        """What stands in a fact for an entity: its key, or the attributes in its place."""
        name = entity["name"]
        if name not in self._combined:
            return [f"{_of_source(entity)} as {quoted(name)}"]
        return [quoted(_beside(name, d)) for d in self._attributes(self._dimensions[name])]

    def _joint(self, entity: dict[str, Any]) -> str | None:
        """The expression by which a fact of the star joins a dimension."""
        name = entity["name"]
        if name not in self._combined:
            return None
        return _row(_beside(name, d) for d in self._attributes(self._dimensions[name]))

    def _joined(self, model: Model, foreign: list[dict[str, Any]], stock: str | None) -> str:
        """A fact with the attributes of its dimensions; of a stock the last day of each period alone."""
        table = model["node_relation"]["relation_name"]
        if stock:
            last = f"max({stock}) over (partition by date_trunc('{self._grain}', {stock}))"
            table = f"(select * from {table} qualify {stock} = {last})"
        joins = []
        for entity in foreign:
            name = entity["name"]
            if name in self._combined:
                other = self._dimensions[name]
                key = next(e for e in other["entities"] if e["name"] == name)
                # named as in the star, so that no metric's expression means them
                columns = [f"{_of_source(key)} as key_of_{name}"]
                columns += [f"{_of_source(d)} as {quoted(_beside(name, d))}" for d in self._attributes(other)]
                joins.append(
                    f" left join (select {', '.join(columns)} from {other['node_relation']['relation_name']} "
                    f"as source) as of_{name} on {_of_source(entity)} = key_of_{name}"
                )
        return f"{table} as source{''.join(joins)}"

    def _add(self, name: str, source: str, columns: list[str], origin: str, rest: str) -> None:
        sql = f"select {', '.join(columns)} from {origin} {rest}".strip()
        self._tables.append(RolledTable(name, source, self._manifest.relations_in(sql), sql))

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
        rolled["entities"] = entities
        rolled["dimensions"] = [_plain(d) for d in attributes]
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
        aggregation["semantic_model"] = self._table_of(metric)
        aggregation["agg"] = _AGAIN.get(str(metric.aggregation), "sum")
        return content


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An entity or a dimension whose column is called as it is."""
    return copy.deepcopy(item) | {"expr": None}


def _beside(entity: str, attribute: dict[str, Any]) -> str:
    """The column of a fact that holds an attribute of a dimension."""
    return f"{entity}__{attribute['name']}"


def _row(columns: Iterable[str]) -> str:
    return f"row({', '.join(columns)})"


def _expr(item: dict[str, Any]) -> str:
    return str(item.get("expr") or item["name"])


def _of_source(item: dict[str, Any]) -> str:
    """A column of the source by its full name; an expression as it stands."""
    found = _expr(item)
    return f"source.{found}" if found.isidentifier() else f"({found})"
