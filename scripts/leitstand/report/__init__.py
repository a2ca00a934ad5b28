"""The management page: one self-contained HTML file made from one published release."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from leitstand.errors import bad_input
from leitstand.report.figures import read_figures
from leitstand.report.message import key_message
from leitstand.report.svg import FONTS
from leitstand.report.views import (
    TileView,
    cost_widths,
    funnel_rows,
    interval_text,
    pipeline_view,
)
from leitstand.report.wording import Wording

LANGUAGES = ("de", "en")

__all__ = ["LANGUAGES", "render"]


def render(release: Path, *, language: str, company_name: str) -> str:
    """Render the page of a release as HTML, from its `kpi.duckdb` alone.

    The page needs no network and no script, and the same release gives the same bytes.

    Args:
        release: the folder of the release, `releases/<id>`.
        language: `de` or `en`.
        company_name: the name at the head of the page.

    Raises:
        BadInput: the language is not known, or the folder holds no published file.
        LeitstandError: the published file is not whole.
    """
    if language not in LANGUAGES:
        raise bad_input(
            "the page's language",
            expected=" or ".join(LANGUAGES),
            found=repr(language),
            remedy="Set report.language in leitstand.yml.",
        )
    figures = read_figures(release, language)
    words = Wording(language, figures.head.reporting_currency)
    tiles = [TileView(tile, words) for tile in figures.tiles]
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            company_name=company_name,
            figures=figures,
            words=words,
            fonts=FONTS,
            message=key_message(figures, tiles, words),
            tiles=tiles,
            funnel=funnel_rows(figures.funnel, words),
            interval_text=interval_text,
            pipeline=pipeline_view(figures.pipeline, words),
            cost_widths=cost_widths(figures.costs),
            small_sample=figures.head.minimum_sample,
        )
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("leitstand.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
