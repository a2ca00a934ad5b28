"""The report: a small static site made from one published release, in German and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leitstand.errors import bad_input
from leitstand.report.pages import data, efficiency, executive, funnel, handover, pipeline, review
from leitstand.report.release import open_release
from leitstand.report.site import Commentary, Site, frame, open_site

LANGUAGES = ("de", "en")

_PAGES: dict[str, Callable[[Site], dict[str, Any]]] = {
    "executive": executive.content,
    "funnel": funnel.content,
    "pipeline": pipeline.content,
    "efficiency": efficiency.content,
    "handover": handover.content,
    "data": data.content,
    "review_month": review.monthly,
    "review_quarter": review.quarterly,
}

PAGES = tuple(_PAGES)

__all__ = ["LANGUAGES", "PAGES", "Commentary", "file_name", "render"]


def file_name(page: str) -> str:
    """The file of a page within the site's folder; the executive page is what a browser opens first."""
    return "index.html" if page == "executive" else f"{page}.html"


def render(
    release: Path,
    *,
    language: str,
    company_name: str,
    pages: Sequence[str] = PAGES,
    commentary: Mapping[str, Commentary] | None = None,
) -> dict[str, str]:
    """Render pages of a release as HTML, from its folder alone.

    They need no network; filters are a script that the page carries, and what stands without it is complete.
    The same release gives the same bytes.

    Args:
        release: the folder of the release, `releases/<id>`.
        language: `de` or `en`.
        company_name: the name at the head of each page.
        pages: which of `PAGES`.
        commentary: what is said of the figures, by the name of the page; pages without it stand alone.

    Returns:
        The HTML of each page by its file name.

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
    with open_release(release) as published:
        site = open_site(published, language=language, company_name=company_name, commentary=commentary or {})
        return {file_name(page): frame(site, page, _PAGES[page](site)) for page in pages}
