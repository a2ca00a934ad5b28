"""What all pages of one release share: its head, words, labels and marks, and the frame around them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from leitstand.report import kpis
from leitstand.report.catalogue import CATALOGUE
from leitstand.report.cube import Cube, figures_as_json
from leitstand.report.labels import Labels
from leitstand.report.marks import MATURE, STRETCH, Marks
from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.release import Head, Published, read_head
from leitstand.report.svg import FONTS
from leitstand.report.wording import HYPHEN, SPACE, Wording
from leitstand.templates import templates_of


@dataclass(frozen=True)
class Commentary:
    """What is said of a page's figures: sentences, and the published tables that their numbers come from.

    Of the sentences of the executive page those in `printed` stand on paper, too.
    """

    sentences: tuple[str, ...]
    tables: tuple[str, ...]
    printed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Site:
    """One open release in one language."""

    published: Published
    company_name: str
    head: Head
    words: Wording
    labels: Labels
    marks: Marks
    year: TwelveMonths
    formulas: Mapping[str, str]
    """What each KPI is made of, in the words of the release."""
    commentary: Mapping[str, Commentary]
    """By the name of its page."""

    @property
    def language(self) -> str:
        """`de` or `en`."""
        return self.words.language


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `value` is empty for all."""

    value: str
    label: str


@dataclass(frozen=True)
class Filter:
    """One filter of a page: `period`, or a dimension of its cubes."""

    name: str
    options: tuple[Option, ...]


def open_site(
    published: Published, *, language: str, company_name: str, commentary: Mapping[str, Commentary]
) -> Site:
    """Read what all pages need."""
    head = read_head(published)
    words = Wording(language, head.reporting_currency)
    return Site(
        published=published,
        company_name=company_name,
        head=head,
        words=words,
        labels=Labels(published, words),
        marks=Marks(words, head.minimum_sample, words.instant(head.as_of), head.release_id),
        year=TwelveMonths(head.last_complete_month),
        formulas=kpis.read_formulas(published, language),
        commentary=commentary,
    )


def period_filter(site: Site) -> Filter:
    """Twelve months, three months, and each month alone; the first is what stands without a script."""
    months, words = site.year.months, site.words
    last = words.month(site.year.last)
    options = [
        Option(_joined(months), words.text("filter.twelve", month=last)),
        Option(_joined(months[-3:]), words.text("filter.three", month=last)),
        *(Option(month.isoformat(), words.month(month)) for month in reversed(months)),
    ]
    return Filter("period", tuple(options))


def dimension_filter(site: Site, name: str, cube: Cube, order_by: str) -> Filter:
    """All values of a dimension that the cube holds, by falling sum of a column."""
    values = cube.values_of(name, order_by)
    every = Option("", site.words.text(f"filter.all_{name}"))
    return Filter(name, (every, *(Option(value, site.labels.of(name, value)) for value in values)))


def quarters(site: Site, count: int = 8) -> list[tuple[list[str], str, str]]:
    """The last blocks of three months, oldest first, each with its months and the name of its last one."""
    blocks = []
    for i in reversed(range(count)):
        end = add_months(site.year.last, -3 * i)
        months = [add_months(end, -2), add_months(end, -1), end]
        year = str(end.year) if i == count - 1 or end.month <= 3 else ""
        blocks.append(([m.isoformat() for m in months], site.words.short_month(end), year))
    return blocks


def months_of(site: Site) -> list[tuple[list[str], str, str]]:
    """The twelve months, each with its short name; the year below the first and below January."""
    return [
        ([m.isoformat()], site.words.short_month(m), str(m.year) if i == 0 or m.month == 1 else "")
        for i, m in enumerate(site.year.months)
    ]


def frame(site: Site, page: str, content: dict[str, Any]) -> str:
    """Put a page's content into its template; `content` may hold `cubes` and `filters`."""
    cubes: Sequence[Cube] = content.get("cubes", ())
    script = files("leitstand.report").joinpath("script.js").read_text(encoding="utf-8") if cubes else ""
    style = templates().get_template("style.css.j2").render(fonts=FONTS)
    return (
        templates()
        .get_template(f"{page}.html.j2")
        .render(
            {"cubes": (), "filters": (), **content},
            site=site,
            page=page,
            words=site.words,
            head=site.head,
            labels=site.labels,
            marks=site.marks,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            data=_data(site, cubes) if cubes else "",
        )
    )


@cache
def templates() -> Environment:
    """The templates; an unknown name in one is an error."""
    environment = templates_of("leitstand.report").overlay(keep_trailing_newline=True)
    environment.filters.update(
        filter_name=lambda name, words: words.text(f"filter.{name}"),
        formula=lambda figure, words: (
            f"{words.text(f'figures.{figure}.label')} = {CATALOGUE[figure].formula}"
        ),
        kpi_origin=kpis.origin,
        kpi_value=kpis.value,
        trend=kpis.trend,
        unbroken=_unbroken,
    )
    return environment


def _unbroken(text: str) -> str:
    """The text without a place to break a line within `n = 459` and `95-%-Intervall`."""
    return text.replace("n = ", f"n{SPACE}={SPACE}").replace("95-%-", f"95{HYPHEN}%{HYPHEN}")


def _policy(style: str, script: str) -> str:
    """The content security policy: nothing but the page's own style and script, by their digests."""

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    scripts = digest(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _data(site: Site, cubes: Sequence[Cube]) -> Markup:
    """What the script reads; no text in it can close its element."""
    words = site.words
    used = {
        "locale": "de-DE" if site.language == "de" else "en-US",
        "currency": site.head.reporting_currency,
        "minimum": site.head.minimum_sample,
        "mature": MATURE,
        "stretch": STRETCH,
        "months": [month.isoformat() for month in site.year.months],
        "whole": _joined(site.year.months),
        "words": {
            "none": words.none,
            "points": words.text("sheet.points"),
            "spent": words.text("sheet.spent"),
        },
        "figures": figures_as_json(),
        "cubes": {cube.name: cube.as_json() for cube in cubes},
    }
    text = json.dumps(used, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _joined(months: Sequence[Any]) -> str:
    return " ".join(month.isoformat() for month in months)
