"""A question to the semantic layer in words that people use, and what it means in MetricFlow's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leitstand.semantic.engine import Cut, Engine
from leitstand.semantic.errors import NotCombinable, UnknownName, unknown
from leitstand.semantic.filters import Filter, read_filter
from leitstand.semantic.manifest import GRAINS, Manifest, SavedQuery

TIME = "metric_time"
_TEXT = r"\s*['\"]([^'\"]+)['\"]\s*"
_CALL = re.compile(
    rf"^(?:TimeDimension|Dimension|Entity|Metric)\({_TEXT}(?:,{_TEXT})?\)(?:\.grain\({_TEXT}\))?$"
)
_FALLS = re.compile(r"\.descending\(\s*(True|False)\s*\)$")
_NAMED = re.compile(r"(?:TimeDimension|Dimension|Entity)\(\s*['\"]([^'\"]+)['\"]")


@dataclass(frozen=True)
class Question:
    """Metrics, what to cut them by, and under which condition.

    `by` holds dimensions, entities and grains by their own or their full names; `where` one condition in SQL
    over such names; `order` names of the answer's columns, with `-` before those that fall.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    where: str | None = None
    order: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class Column:
    """One column of an answer: its name, MetricFlow's name for it, and what it is."""

    name: str
    source: str
    kind: str
    """time, key or metric"""

    @property
    def grain(self) -> str | None:
        """The grain of a time."""
        return self.source.rpartition("__")[2] if self.kind == "time" else None


@dataclass(frozen=True)
class Meant:
    """A question with every name resolved."""

    columns: tuple[Column, ...]
    where: tuple[str, ...]
    filter: Filter | None
    order: tuple[tuple[str, bool], ...]
    """Columns and whether they fall."""
    limit: int | None

    @property
    def metrics(self) -> list[str]:
        """The metrics, as asked."""
        return [column.source for column in self.columns if column.kind == "metric"]

    @property
    def by(self) -> list[str]:
        """What to cut by, as MetricFlow names it."""
        return [column.source for column in self.columns if column.kind != "metric"]


def understand(question: Question, manifest: Manifest, engine: Engine) -> Meant:
    """Resolve every name of a question.

    Raises:
        UnknownName: a metric, dimension, grain or column that is not known; the nearest is offered.
        NotCombinable: a dimension that not all the metrics have, or a look back that a grain makes wrong.
    """
    metrics = tuple(dict.fromkeys(question.metrics))
    if not metrics:
        raise UnknownName(f"expected at least one metric, found none. Known: {', '.join(manifest.metrics)}.")
    for name in metrics:
        manifest.metric(name)
    resolver = Resolver(manifest, engine, metrics)
    wanted = [*([question.grain] if question.grain else []), *question.by]
    if question.grain and question.grain not in manifest.grains:
        raise unknown("a grain", question.grain, manifest.grains)
    sources = tuple(dict.fromkeys(resolver.resolve(name) for name in wanted))
    check_grains(manifest, metrics, sources)
    columns = (*name_columns(sources, resolver.times), *(Column(name, name, "metric") for name in metrics))
    condition = read_filter(question.where, resolver.resolve, resolver.times) if question.where else None
    check_stocks(manifest, metrics, sources, condition.names if condition else ())
    return Meant(
        columns=columns,
        where=(condition.template,) if condition else (),
        filter=condition,
        order=_order(question.order, columns, resolver),
        limit=question.limit,
    )


def of_saved_query(query: SavedQuery, manifest: Manifest, engine: Engine) -> Meant:
    """What a saved query means; its filters are MetricFlow's own."""
    for name in query.metrics:
        manifest.metric(name)
    resolver = Resolver(manifest, engine, query.metrics)
    sources = tuple(resolver.resolve(_called(item)) for item in query.group_by)
    check_grains(manifest, query.metrics, sources)
    check_stocks(manifest, query.metrics, sources, _NAMED.findall(" ".join(query.where)))
    columns = (
        *name_columns(sources, resolver.times),
        *(Column(name, name, "metric") for name in query.metrics),
    )
    order = tuple(_ordered(item) for item in query.order_by)
    return Meant(columns, query.where, None, _order(order, columns, resolver), query.limit)


class Resolver:
    """Knows what a set of metrics can be cut by, by short and by full names."""

    def __init__(self, manifest: Manifest, engine: Engine, metrics: Sequence[str]) -> None:
        """Take the metrics that are asked for together."""
        self._manifest, self._engine, self._metrics = manifest, engine, tuple(metrics)
        self.cuts = engine.cuts(self._metrics)
        # metrics of days and of months share their own date, though MetricFlow lists none in common
        self.times = {TIME, *(cut.name for cut in self.cuts if cut.kind == "time")}

    def resolve(self, name: str) -> str:
        """MetricFlow's name for a grain, a dimension or an entity; a time without one has the finest.

        Raises:
            UnknownName: nothing is called so; the nearest is offered.
            NotCombinable: not all the metrics have it, or several things are called so.
        """
        if name in self._manifest.grains:
            return f"{TIME}__{name}"
        if name in {f"{TIME}__{grain}" for grain in self._manifest.grains}:
            return name
        stem, _, grain = name.rpartition("__")
        if stem and grain in self._manifest.grains:
            found = self._find(stem)
            if found.kind != "time":
                raise NotCombinable(
                    f"expected a time before the grain {grain!r}, found {stem!r}. Leave the grain out."
                )
            return f"{found.name}__{grain}"
        found = self._find(name)
        return f"{found.name}__{self._manifest.finest_grain}" if found.kind == "time" else found.name

    def _find(self, name: str) -> Cut:
        for cut in self.cuts:
            if cut.name == name:
                return cut
        called = [cut for cut in self.cuts if cut.element == name]
        nearest = [cut for cut in called if cut.distance == min(c.distance for c in called)]
        if len(nearest) == 1:
            return nearest[0]
        if nearest:
            names = ", ".join(cut.name for cut in nearest)
            raise NotCombinable(f"expected one thing called {name!r}, found {names}. Give the full name.")
        raise self._not_found(name)

    def _not_found(self, name: str) -> NotCombinable | UnknownName:
        """Say which of the metrics lack it, and by what they can be cut; or that nothing is called so."""
        own = [cut.element for cut in self.cuts]
        for metric in self._metrics:
            cuts = self._engine.cuts([metric])
            if len(self._metrics) > 1 and name in {n for cut in cuts for n in (cut.name, cut.element)}:
                continue
            if name in self._all_elements() or name in self._all_full_names():
                return NotCombinable(
                    f"{metric}: expected something it can be cut by, found {name!r}. "
                    f"It can be cut by: {', '.join(_shortest(cuts))}."
                )
        return unknown("something to cut by", name, [*own, *self._manifest.grains, *self._all_elements()])

    def _all_elements(self) -> set[str]:
        return {
            item["name"]
            for model in self._manifest.models.values()
            for item in (*model["dimensions"], *model["entities"])
        }

    def _all_full_names(self) -> set[str]:
        return {
            f"{entity['name']}__{item['name']}"
            for model in self._manifest.models.values()
            for entity in model["entities"]
            if entity["type"] in ("primary", "unique")
            for item in model["dimensions"]
        }


def _shortest(cuts: Iterable[Cut]) -> list[str]:
    """Short names where they are unique, the full ones else."""
    found = list(cuts)
    elements = [cut.element for cut in found]
    return [cut.element if elements.count(cut.element) == 1 else cut.name for cut in found]


def check_grains(manifest: Manifest, metrics: Iterable[str], sources: Iterable[str]) -> None:
    """Refuse what MetricFlow would answer with wrong figures.

    A metric that looks back by calendar months, cut by another calendar's periods or by longer ones, would
    be shifted by its months within them; MetricFlow says nothing of it. Where the `meta` of a metric names
    its `grains`, others are refused, too.

    Raises:
        NotCombinable: the message names the grains that the metric goes with.
    """
    sources = list(sources)
    _check_finest(manifest, sources)
    grains = [source.removeprefix(f"{TIME}__") for source in sources if source.startswith(f"{TIME}__")]
    for name in metrics:
        fitting, backs = right_grains(manifest, name), manifest.offsets(name)
        if fitting is not None and (not grains or set(grains) - set(fitting)):
            found = ", ".join(repr(grain) for grain in grains if grain not in fitting)
            looks = f" and looks back by {', '.join(sorted({b.grain for b in backs}))}" if backs else ""
            raise NotCombinable(
                f"{name}: expected a grain that it is right for, found {found or 'none'}. It adds up within "
                f"periods{looks}: the figures would be of others. Ask by {' or '.join(fitting)}"
                f"{_in_place(manifest, grains) if backs else ''}."
            )


def check_stocks(
    manifest: Manifest, metrics: Iterable[str], sources: Iterable[str], filtered: Iterable[str]
) -> None:
    """Refuse a stock under a filter, but of each single period of the finest grain.

    MetricFlow takes of a period the last day that has rows which meet the filter, not the last day.

    Raises:
        NotCombinable: the message says how else to ask.
    """
    others = [name for name in filtered if name.partition("__")[0] != TIME]
    if not others or f"{TIME}__{manifest.finest_grain}" in sources:
        return
    for name in metrics:
        if any(metric.stock for metric in manifest.ingredients(name)):
            raise NotCombinable(
                f"{name}: expected no filter on a stock, found one on {', '.join(others)}: the last day of a "
                f"period would be the last that has such rows. Cut by it (--by), or ask by "
                f"{manifest.finest_grain}."
            )


def right_grains(manifest: Manifest, name: str) -> list[str] | None:
    """The grains that a metric is right for; None where it is for all."""
    right = [_fitting(offset.grain, manifest) for offset in manifest.offsets(name)]
    right += manifest.named_grains(name)
    return [grain for grain in right[0] if all(grain in some for some in right)] if right else None


def _in_place(manifest: Manifest, grains: Sequence[str]) -> str:
    """The metrics that look back by just these grains, if there are any."""
    found = [
        metric.name
        for metric in manifest.metrics.values()
        if {offset.grain for offset in manifest.offsets(metric.name)} == set(grains)
    ]
    names = ", ".join(found)
    return f", or take one that looks back by {', '.join(grains)}: {names}" if grains and found else ""


def _check_finest(manifest: Manifest, sources: Iterable[str]) -> None:
    """Refuse grains below those of the sums that a manifest is over."""
    finest = manifest.finest_grain
    for source in sources if manifest.is_of_sums else ():
        grain = source.rpartition("__")[2]
        if grain in GRAINS and (GRAINS.index(grain) < GRAINS.index(finest)):
            raise NotCombinable(
                f"expected a grain of whole {finest}s, found {grain!r}: these are sums of {finest}s. "
                f"Ask by {finest}, or the tables that they were made of."
            )


def _fitting(back: str, manifest: Manifest) -> list[str]:
    """The grains that a look back by a grain leaves whole."""
    if back in manifest.own_grains:
        return [back]
    # weeks do not add up to months, so only a look back by days or weeks goes with them
    return [
        grain
        for grain in ("day", "week", "month", "quarter", "year")
        if GRAINS.index(manifest.finest_grain) <= GRAINS.index(grain) <= GRAINS.index(back)
        and (grain != "week" or back == "week")
    ]


def name_columns(sources: Sequence[str], times: set[str]) -> tuple[Column, ...]:
    """Short names where they are unique: `metric_time__month` is `month`, `deal__segment` is `segment`."""
    short = [_short(source) for source in sources]
    return tuple(
        Column(
            name=name if short.count(name) == 1 else source,
            source=source,
            kind="time" if source.rpartition("__")[0] in times else "key",
        )
        for source, name in zip(sources, short, strict=True)
    )


def _short(source: str) -> str:
    parts = source.split("__")
    if parts[0] == TIME:
        return parts[-1]
    return parts[-1] if parts[-1] not in GRAINS else "_".join(parts[-2:])


def _called(item: str) -> str:
    """The name in `TimeDimension('metric_time', 'month')`, `Dimension('…')` or `Entity('…')`; else itself.

    Raises:
        NotCombinable: it is a call of something else, or with something else.
    """
    text = item.strip()
    match = _CALL.match(text)
    if match is None:
        if not text.replace("__", "").isidentifier():
            raise NotCombinable(
                f"expected TimeDimension('…', '…'), Dimension('…'), Entity('…') or a name, found {text}."
            )
        return text
    name, *grains = match.groups()
    grain = next((grain for grain in grains if grain), None)
    return f"{name}__{grain}" if grain else str(name)


def _ordered(item: str) -> str:
    """A name to order by, with `-` before one that falls: `Metric('deals').descending(True)` is `-deals`."""
    text = item.strip()
    falls = _FALLS.search(text)
    is_falling = text.startswith("-") or (falls is not None and falls[1] == "True")
    return ("-" if is_falling else "") + _called(_FALLS.sub("", text).removeprefix("-"))


def _order(
    wanted: Iterable[str], columns: Sequence[Column], resolver: Resolver
) -> tuple[tuple[str, bool], ...]:
    """The columns to sort by: first those asked for, then all that the answer is cut by."""
    order: dict[str, bool] = {}
    for item in wanted:
        name, falls = item.removeprefix("-"), item.startswith("-")
        known = {column.name: column.name for column in columns} | {c.source: c.name for c in columns}
        if name not in known:
            try:
                known[name] = known[resolver.resolve(name)]
            except (UnknownName, NotCombinable, KeyError):
                raise unknown("a column of the answer to order by", name, known) from None
        order[known[name]] = falls
    rest = (column.name for column in columns if column.kind != "metric")
    return (*order.items(), *((name, False) for name in rest if name not in order))
