"""The command `leitstand`: parses, calls, prints. What it does stands in the modules it calls."""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leitstand.config import PROJECT_ROOT, load_company
from leitstand.errors import LeitstandError

app = typer.Typer(
    name="leitstand",
    help="The control room of B2B marketing: files in, three verified KPIs out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
_out = Console()
_err = Console(stderr=True)

CompanyOption = Annotated[
    Path, typer.Option("--company", "-c", help="Folder of the company.", file_okay=False, show_default="here")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
HERE = Path()


@app.command(epilog="Example: `leitstand demo`")
def demo(as_json: JsonOption = False) -> None:
    """Run the whole job on the built-in company."""
    from leitstand.demo import make_exports
    from leitstand.steps import Run, run_all

    with _session() as progress:
        run = Run()
        with run.step("generate"):
            progress("making the company's exports")
            make_exports(PROJECT_ROOT)
        run = run_all(load_company(PROJECT_ROOT), progress=progress, run=run)
    _print_run(run, as_json)


@app.command(epilog="Example: `leitstand init acme`")
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")], as_json: JsonOption = False
) -> None:
    """Make the folder of a new company."""
    from leitstand.init import init as make

    with _session():
        files = [str(path.relative_to(folder)) for path in make(folder)]
    if as_json:
        _print_json({"folder": str(folder), "files": files})
    else:
        _out.print(
            f"Made {folder} with {len(files)} files. Next: put exports into {folder}/files/crm, name their"
        )
        _out.print(f"columns in {folder}/mappings/crm.yml, then `leitstand run -c {folder}`.")


@app.command(epilog="Example: `leitstand land --only crm`")
def land(
    company: CompanyOption = HERE,
    only: Annotated[list[str] | None, typer.Option(help="Land only this connection; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Land the files of all connections in the warehouse."""
    from leitstand.land import land as load

    with _session() as progress:
        result = load(load_company(company), progress=progress, connections=only)
    _print_landed(result, as_json)


@app.command(epilog="Example: `leitstand rebuild`")
def rebuild(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Make the warehouse anew from the kept loads."""
    from leitstand.land import rebuild as make

    with _session() as progress:
        result = make(load_company(company), progress=progress)
    _print_landed(result, as_json)


@app.command(epilog="Example: `leitstand build`")
def build(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Build and test all models."""
    from leitstand import gate
    from leitstand.build import build as make

    with _session() as progress:
        folder = load_company(company)
        result = make(folder, progress=progress)
        gate.pass_through(folder, result)
    if as_json:
        _print_json(dataclasses.asdict(result))
    else:
        _out.print(f"{result.models} models, {result.tests_passed} of {result.tests_total} checks passed.")


@app.command(epilog="Example: `leitstand publish`")
def publish(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Publish the last build, if all its blocking checks passed."""
    from leitstand import gate
    from leitstand.build import read_build
    from leitstand.publish import make_current, write_release

    with _session() as progress:
        folder = load_company(company)
        result = read_build(folder)
        progress("checking and publishing")
        release = write_release(folder, result, gate.pass_through(folder, result))
        make_current(folder, release)
    if as_json:
        _print_json({**dataclasses.asdict(release), "file": release.file})
    else:
        _out.print(
            f"{'Published' if release.is_new else 'Unchanged'}: {_shown(release.file)}", soft_wrap=True
        )


@app.command(epilog="Example: `leitstand report --language en`")
def report(
    company: CompanyOption = HERE,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the page of the current release."""
    from leitstand.steps import write_page

    with _session() as progress:
        progress("drawing the page")
        page = write_page(load_company(company), language)
    if as_json:
        _print_json({"page": page})
    else:
        _out.print(f"Page: {_shown(page)}", soft_wrap=True)


@app.command(epilog="Example: `leitstand run`")
def run(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Land, build, check, publish and report; nothing is published where a check fails."""
    from leitstand.steps import run_all

    with _session() as progress:
        result = run_all(load_company(company), progress=progress)
    _print_run(result, as_json)


@app.command(epilog="Example: `leitstand doctor`")
def doctor(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Say what is missing or wrong, and how to mend it."""
    from leitstand.doctor import examine

    with _session():
        findings = examine(company)
    if as_json:
        _print_json([dataclasses.asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "[green]ok[/]     " if finding.is_well else "[yellow]to mend[/]"
            _out.print(f"{mark}  {escape(finding.subject)}: {escape(finding.text)}", soft_wrap=True)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(2)


@app.command(epilog="Example: `leitstand evaluate`")
def evaluate(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Score the demo's build against its answer key, which no model reads."""
    from leitstand.evaluate import evaluate as score

    with _session() as progress:
        progress("comparing with the answer key")
        result = score(load_company(company))
    if as_json:
        scores = [{**dataclasses.asdict(s), "share": s.share, "is_met": s.is_met} for s in result.scores]
        _print_json({"scores": scores, "noise": result.noise})
    else:
        _print_scores(result)


def main() -> None:
    """Run the command; a failure becomes one message and its exit code, never a traceback for bad input."""
    try:
        app()
    except LeitstandError as error:
        _fail(str(error), error.exit_code)


def _fail(message: str, code: int) -> NoReturn:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False) + "\n")
    _err.print(f"[red]error[/] {escape(message)}", soft_wrap=True, highlight=False)
    raise SystemExit(code)


@contextmanager
def _session() -> Iterator[Callable[[str], None]]:
    """Show what is happening now, on standard error and only where somebody watches."""
    start = time.monotonic()
    with _err.status("starting") as status:

        def progress(text: str) -> None:
            status.update(f"{time.monotonic() - start:4.0f} s  {escape(text)}")

        yield progress


def _print_json(content: Any) -> None:
    sys.stdout.write(json.dumps(content, default=str, ensure_ascii=False, indent=2) + "\n")


def _shown(path: Path) -> Path:
    """A path as seen from here, where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _print_landed(result: Any, as_json: bool) -> None:
    if as_json:
        _print_json(dataclasses.asdict(result))
        return
    if result.load_number is None:
        _out.print(f"Nothing new: {len(result.skipped)} files had landed before.")
        return
    table = Table("connection", "entity", "file", box=None, pad_edge=False)
    for name in ("rows read", "landed", "quarantined"):
        table.add_column(name, justify="right")
    for file in result.files:
        table.add_row(
            file.connection,
            file.entity,
            file.file_name,
            *(f"{n:,}" for n in (file.rows_read, file.rows_landed, file.rows_quarantined)),
        )
    _out.print(table)


def _print_scores(result: Any) -> None:
    table = Table("measure", box=None, pad_edge=False)
    for name in ("right", "cases", "share", "at least", ""):
        table.add_column(name, justify="right")
    for score in result.scores:
        table.add_row(
            score.measure,
            f"{score.hits:,}",
            f"{score.cases:,}",
            "n/a" if score.share is None else f"{score.share:.4f}",
            "" if score.threshold is None else f"{score.threshold:.2f}",
            "" if score.threshold is None else "[green]met[/]" if score.is_met else "[red]missed[/]",
        )
    _out.print(table)
    _out.print()
    table = Table("noise in the exports", "planted", box=None, pad_edge=False)
    for name, planted in result.noise.items():
        parts = planted.items() if isinstance(planted, dict) else [("", planted)]
        table.add_row(name, ", ".join(f"{key} {value}".strip() for key, value in parts))
    _out.print(table)


def _print_run(result: Any, as_json: bool) -> None:
    from leitstand.headline import headline

    figures = headline(result.release.file)
    peak = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024) / 1024
    )
    if as_json:
        _print_json(
            {
                "release": result.release.release_id,
                "file": result.release.file,
                "page": result.page,
                "models": result.built.models,
                "checks_passed": result.built.tests_passed,
                "kpis": [dataclasses.asdict(figure) for figure in figures],
                "seconds": result.seconds,
                "peak_gib": round(peak, 2),
            }
        )
        return
    _out.print(f"Published  {_shown(result.release.file)}", soft_wrap=True, highlight=False)
    _out.print(f"Page       {_shown(result.page)}", soft_wrap=True, highlight=False)
    for figure in figures:
        _out.print(
            f"{figure.label}, {figure.period:%B %Y}: [bold]{figure.shown}[/] "
            f"(plan {figure.shown_plan}, {figure.status})",
            soft_wrap=True,
            highlight=False,
        )
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.seconds.items())
    built = result.built
    checks = f"{built.models} models, {built.tests_passed} of {built.tests_total} checks passed"
    _out.print(f"{checks}. {steps}; peak memory {peak:.2f} GiB.", soft_wrap=True, highlight=False)
