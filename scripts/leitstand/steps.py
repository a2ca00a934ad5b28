"""The steps of a run, each timed: land, build, check, publish, report."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from leitstand import gate
from leitstand.build import BuildResult, build, build_held_back
from leitstand.change import keep_state
from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.files import put
from leitstand.land import LandResult, land
from leitstand.ledger import Ledger, release_on
from leitstand.lock import only_one
from leitstand.publish import Release, current_release, make_current, write_release
from leitstand.report import file_name, render
from leitstand.words import commentary

INDEX = file_name("executive")

Progress = Callable[[str], None]


@dataclass
class Run:
    """What a run has done so far, with the seconds of each step."""

    seconds: dict[str, float] = field(default_factory=dict)
    landed: LandResult | None = None
    built: BuildResult | None = None
    verdict: gate.Verdict | None = None
    release: Release | None = None
    page: Path | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 2)


def run_all(
    company: Company,
    *,
    progress: Progress,
    run: Run | None = None,
    weakening: gate.Weakening | None = None,
) -> Run:
    """Land, build, check, publish and report; stops at the first step that fails.

    With a `weakening` the gate lets out what it would hold back, marked as weakened, and it is recorded.

    Raises:
        BadInput: files, mappings, settings or definitions are wrong; nothing has changed.
        ChecksFailed: a blocking check failed; the last good publication stays.
        LeitstandError: another run of this company is at work.
    """
    run = run or Run()
    with only_one(company, "run"):
        with run.step("land"):
            run.landed = land(company, progress=progress)
        with run.step("build"):
            run.built = build(company, progress=progress)
        if weakening is not None:
            with run.step("complete"):
                run.built = build_held_back(company, run.built, progress=progress)
        with run.step("gate"):
            run.verdict = gate.pass_through(company, run.built, weakening, progress=progress)
        with run.step("publish"):
            progress("publishing")
            run.release = write_release(company, run.built, run.verdict)
        with run.step("report"):
            progress("drawing the page")
            run.page = _draw(company, run.release.folder, company.settings.report.language)
        make_current(company, run.release)
        keep_state(company, run.release.release_id, run.built.manifest)
    return run


def write_page(company: Company, language: str | None = None) -> Path:
    """Render the site of the current release and put it beside the published file; gives its first page."""
    release = current_release(company)
    if release is None:
        raise BadInput(
            f"{company.releases}: expected a published release, found none. Run `leitstand run` first."
        )
    return _draw(company, release, language or company.settings.report.language)


def page_as_published(company: Company, day: dt.date, language: str | None = None) -> Path:
    """The first page of the site published on a day, byte for byte; drawn from its figures where none was.

    Raises:
        BadInput: nothing had been published by then, or the release has been removed by its age.
        LeitstandError: it must be drawn, and another run of this company is at work.
    """
    publication = release_on(Ledger(company.releases), day, company.vars.report_timezone)
    release = company.releases / publication.release_id
    if not release.is_dir():
        raise BadInput(
            f"--as-published {day}: expected the release {release}, found none: it was removed by its age. "
            f"Name the first or last day of a month; the values of all stand in meta.ledger."
        )
    language = language or company.settings.report.language
    for site in (_as_published(release, language), _site(release, language)):
        if (site / INDEX).is_file():
            return site / INDEX
    with only_one(company, "report"):
        return _draw(company, release, language)


def _site(release: Path, language: str) -> Path:
    return release / f"report_{language}"


def _as_published(release: Path, language: str) -> Path:
    """Where a site is kept as it was first published, once a later version has drawn it otherwise."""
    return release / "as_published" / f"report_{language}"


def _draw(company: Company, release: Path, language: str) -> Path:
    """Write the site of a release; its executive page comes last, so that what it links to is there."""
    site, kept = _site(release, language), _as_published(release, language)
    pages = {
        name: text.encode()
        for name, text in render(
            release,
            language=language,
            company_name=company.settings.name,
            commentary=commentary(release, language),
        ).items()
    }
    if site.is_dir() and not kept.is_dir() and _pages(site) != pages and (site / INDEX).is_file():
        _keep(site, kept)
    site.mkdir(exist_ok=True)
    for name in sorted(pages, key=lambda name: name == INDEX):
        put(site / name, pages[name])
    for stale in _pages(site).keys() - pages.keys():
        (site / stale).unlink()
    return site / INDEX


def _pages(site: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in site.glob("*.html")}


def _keep(site: Path, kept: Path) -> None:
    """Copy a site as a whole or not at all."""
    draft = kept.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.parent.mkdir(exist_ok=True)
    shutil.copytree(site, draft)
    draft.rename(kept)
