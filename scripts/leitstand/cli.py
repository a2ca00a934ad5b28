"""The command `leitstand`: parses, calls, prints. What it does stands in the modules it calls."""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leitstand.config import PROJECT_ROOT, load_company
from leitstand.errors import BadInput, LeitstandError, system_failure

app = typer.Typer(
    name="leitstand",
    help="The control room of B2B marketing: files in, three verified KPIs out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
definitions = typer.Typer(
    help="The agreement between marketing and sales: in words, what is wrong with it, what changed.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(definitions, name="definitions")
explain = typer.Typer(
    help="Why a figure or a person is what it is.", no_args_is_help=True, rich_markup_mode="markdown"
)
app.add_typer(explain, name="explain")
bi = typer.Typer(help="The current release in a BI tool.", no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(bi, name="bi")
_out = Console()
_err = Console(stderr=True)

CompanyOption = Annotated[
    Path, typer.Option("--company", "-c", help="Folder of the company.", file_okay=False, show_default="here")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
WeakenedOption = Annotated[
    bool,
    typer.Option(
        "--publish-weakened",
        help="Publish although checks fail; what they make untrustworthy is marked as weakened.",
    ),
]
ReasonOption = Annotated[
    str | None, typer.Option(help="Why to publish weakened; it is recorded with who asked, and when.")
]
HERE = Path()


class OutputFormat(StrEnum):
    """How a list is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class AnswerFormat(StrEnum):
    """How the rows of an answer are given."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    arrow = "arrow"


@app.command(epilog="Example: `leitstand demo`")
def demo(as_json: JsonOption = False) -> None:
    """Run the whole job on the built-in company."""
    from leitstand.demo import make_exports
    from leitstand.lock import only_one
    from leitstand.steps import Run, run_all

    with _session() as progress:
        run, company = Run(), load_company(PROJECT_ROOT)
        with only_one(company, "demo"):
            with run.step("generate"):
                progress("making the company's exports")
                make_exports(PROJECT_ROOT)
            run = run_all(company, progress=progress, run=run)
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
    from leitstand.lock import only_one

    with _session() as progress:
        folder = load_company(company)
        with only_one(folder, "land"):
            result = load(folder, progress=progress, connections=only)
    _print_landed(result, as_json)


@app.command(epilog="Example: `leitstand rebuild`")
def rebuild(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Make the warehouse anew from the kept loads."""
    from leitstand.land import rebuild as make
    from leitstand.lock import only_one

    with _session() as progress:
        folder = load_company(company)
        with only_one(folder, "rebuild"):
            result = make(folder, progress=progress)
    _print_landed(result, as_json)


@app.command(epilog="Example: `leitstand build`")
def build(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Build and test all models."""
    from leitstand import gate as door
    from leitstand.build import build as make
    from leitstand.lock import only_one

    with _session() as progress:
        folder = load_company(company)
        with only_one(folder, "build"):
            result = make(folder, progress=progress)
            door.pass_tests(folder, result)
    if as_json:
        _print_json(dataclasses.asdict(result))
    else:
        _out.print(f"{result.models} models, {result.tests_passed} of {result.tests_total} checks passed.")


@app.command(epilog="Example: `leitstand gate`")
def gate(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Check the built warehouse, and write what was found for people and pipelines."""
    from leitstand import gate as door
    from leitstand.gate.written import as_dict
    from leitstand.lock import only_one

    with _session() as progress, only_one(folder := load_company(company), "gate"):
        result = door.results_of(folder, progress=progress)
        findings = door.examine(folder, result, progress=progress)
    written = door.gate_folder(result)
    if as_json:
        _print_json({"folder": written, **as_dict(findings, folder.settings.name)})
    else:
        _print_gate(findings, written)
    if not findings.is_open:
        raise typer.Exit(3)


@app.command(epilog="Example: `leitstand publish`")
def publish(
    company: CompanyOption = HERE,
    publish_weakened: WeakenedOption = False,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish the last build, if all its blocking checks passed."""
    from leitstand import gate as door
    from leitstand.build import build_held_back, read_build
    from leitstand.change import keep_state
    from leitstand.lock import only_one
    from leitstand.publish import make_current, write_release

    with _session() as progress:
        weakening = door.request_weakening(publish_weakened, reason)
        folder = load_company(company)
        with only_one(folder, "publish"):
            result = read_build(folder)
            if weakening is not None:
                result = build_held_back(folder, result, progress=progress)
            verdict = door.pass_through(folder, result, weakening, progress=progress)
            progress("publishing")
            release = write_release(folder, result, verdict)
            make_current(folder, release)
            keep_state(folder, release.release_id, result.manifest)
    if as_json:
        _print_json(
            {**dataclasses.asdict(release), "file": release.file, "weakened_marts": verdict.weakened_marts}
        )
    else:
        _out.print(
            f"{'Published' if release.is_new else 'Unchanged'}: {_shown(release.file)}", soft_wrap=True
        )
        _print_weakened(verdict)


@app.command(epilog="Example: `leitstand report --language en`")
def report(
    company: CompanyOption = HERE,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    as_published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it was published on this day.")
    ] = None,
    excel: Annotated[
        Path | None, typer.Option(help="Write the tables to this workbook instead.", dir_okay=False)
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option(help="Write the executive page to this PDF, too.", dir_okay=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the report of the current release, or show the one that was published on a day."""
    from leitstand.lock import only_one
    from leitstand.report.pdf import as_pdf
    from leitstand.steps import page_as_published, write_page

    if excel is not None:
        _report_excel(company, excel, language, as_published, as_json)
        return
    with _session() as progress:
        progress("drawing the page")
        folder = load_company(company)
        if as_published:
            page = page_as_published(folder, as_published.date(), language)
        else:
            with only_one(folder, "report"):
                page = write_page(folder, language)
        if pdf is not None:
            pdf.write_bytes(as_pdf(page.read_text(encoding="utf-8")))
    if as_json:
        _print_json({"page": page, "pdf": pdf})
    else:
        _out.print(f"Page: {_shown(page)}", soft_wrap=True)


@app.command(epilog="Example: `leitstand serve`")
def serve(
    company: CompanyOption = HERE,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine see it.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8310,
    as_json: JsonOption = False,
) -> None:
    """Show the report in a browser, always that of the current release, until Ctrl-C."""
    from leitstand.serve import is_loopback, served

    folder = load_company(company)
    with served(folder, host=host, port=port) as server:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{server.server_port}/"
        if not is_loopback(host):
            _err.print(
                f"[yellow]warning[/] {escape(host)} can be reached from other machines: whoever reaches it "
                f"reads the figures. There is no password.",
                soft_wrap=True,
            )
        if as_json:
            sys.stdout.write(json.dumps({"address": address}) + "\n")
            sys.stdout.flush()
        else:
            _out.print(f"The report is at {address}. Ctrl-C ends this.", soft_wrap=True, highlight=False)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@app.command("check-text", epilog="Example: `leitstand check-text commentary.md`")
def check_text(
    file: Annotated[Path, typer.Argument(help="Text or Markdown, in UTF-8; `-` reads standard input.")],
    release: Annotated[str | None, typer.Option(help="Release by its id; default: the current one.")] = None,
    language: Annotated[str | None, typer.Option(help="de or en; default: told by the text.")] = None,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Hold a text to the published figures: each number, and each claim of a cause."""
    from leitstand.published import published_release
    from leitstand.words import check_text as check
    from leitstand.words.text import read_text

    with _session() as progress:
        progress("reading the release")
        text = read_text(file)
        folder = published_release(load_company(company), release_id=release)
        result = check(text, folder, _language(language, "") if language else None)
    if as_json:
        _print_json({"is_proven": result.is_proven, **dataclasses.asdict(result)})
    else:
        _print_check(file, result)
    if not result.is_proven:
        raise typer.Exit(3)


@app.command(epilog="Example: `leitstand run`")
def run(
    company: CompanyOption = HERE,
    publish_weakened: WeakenedOption = False,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land, build, check, publish and report; nothing is published where a check fails."""
    from leitstand.gate import request_weakening
    from leitstand.steps import run_all

    with _session() as progress:
        weakening = request_weakening(publish_weakened, reason)
        result = run_all(load_company(company), progress=progress, weakening=weakening)
    _print_run(result, as_json)


@app.command(epilog="Example: `leitstand simulate --definitions proposal --month 2026-05`")
def simulate(
    definitions: Annotated[
        Path, typer.Option(help="Folder of the files that are to be otherwise.", exists=True, file_okay=False)
    ],
    month: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="Show this month; default: of each KPI the newest mature one."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List figures that stay the same, too.")] = False,
    output: Annotated[OutputFormat, typer.Option("--format", help="How to print.")] = OutputFormat.table,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say what the figures would be under other definitions; nothing is touched."""
    from leitstand import change

    with _session() as progress:
        result = change.simulate(load_company(company), definitions, progress=progress)
    figures = result.comparison.figures if everything else result.comparison.changed
    if month is not None:
        figures = tuple(figure for figure in figures if figure.period_start == month.date())
    if as_json or output is OutputFormat.json:
        _print_json(
            {
                "release": result.release_id,
                "files": result.files,
                "changes": [dataclasses.asdict(change) for change in result.changes],
                "models_built": result.models,
                "figures_compared": len(result.comparison.figures),
                "figures_changed": len(result.comparison.changed),
                "figures": [dataclasses.asdict(figure) for figure in figures],
            }
        )
    elif output is OutputFormat.csv:
        sys.stdout.write(change.as_csv(figures))
    else:
        _print_simulation(result, figures, month is not None)


@app.command(epilog="Example: `leitstand ci --comment comment.md`")
def ci(
    comment: Annotated[
        Path | None, typer.Option(help="Write the comment here, too, in Markdown.", dir_okay=False)
    ] = None,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say what a change of models or definitions does, before it is merged; nothing is touched."""
    from leitstand import change

    with _session() as progress:
        report = change.check_change(load_company(company), progress=progress)
    text = change.as_comment(report)
    if comment is not None:
        comment.write_text(text, encoding="utf-8")
    if as_json:
        figures = {
            "figures_compared": len(report.comparison.figures),
            "figures": [dataclasses.asdict(figure) for figure in report.comparison.changed],
        }
        parts = {name: value for name, value in dataclasses.asdict(report).items() if name != "comparison"}
        _print_json({"is_passed": report.is_passed, **parts, **figures})
    else:
        sys.stdout.write(text)
    if not report.is_passed:
        raise typer.Exit(3)


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
        far = [dataclasses.asdict(distance) for distance in result.distances]
        _print_json({"scores": scores, "attribution": far, "noise": result.noise})
    else:
        _print_scores(result)
    if not all(score.is_met is not False for score in result.scores):
        raise typer.Exit(3)


@app.command(epilog="Example: `leitstand handover --due --team 'Inside Sales'`")
def handover(
    due: Annotated[
        bool, typer.Option("--due", help="List each lead that waits, by deadline; CSV and JSON always do.")
    ] = False,
    team: Annotated[str | None, typer.Option(help="Only this team, as the CRM names it.")] = None,
    output: Annotated[OutputFormat, typer.Option("--format", help="How to print.")] = OutputFormat.table,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say what waits for an answer or a decision of sales, as of the last build."""
    from leitstand.handover import as_csv, waiting

    with _session():
        rows = waiting(load_company(company), team)
    if as_json or output is OutputFormat.json:
        _print_json([dataclasses.asdict(row) for row in rows])
    elif output is OutputFormat.csv:
        sys.stdout.write(as_csv(rows))
    else:
        _print_waiting(rows, due)


@app.command(
    epilog="Example: `leitstand query mqls,sals --by channel --grain month --where \"month >= '2026-01'\"`"
)
def query(
    metrics: Annotated[
        list[str], typer.Argument(help="Names of metrics, one after the other or with commas.")
    ],
    by: Annotated[
        list[str] | None, typer.Option(help="Cut by this dimension; repeatable, or with commas.")
    ] = None,
    grain: Annotated[str | None, typer.Option(help="month, quarter, year or a fiscal grain.")] = None,
    where: Annotated[str | None, typer.Option(help="A condition over dimensions and grains.")] = None,
    order: Annotated[
        list[str] | None, typer.Option(help="Order by this column, falling with - before it; repeatable.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Give at most so many rows.")] = None,
    output_format: Annotated[
        AnswerFormat, typer.Option("--format", help="How to give the rows.")
    ] = AnswerFormat.table,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file in place of the terminal.", dir_okay=False)
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the SQL, and ask nothing.")] = False,
    built: Annotated[
        bool, typer.Option("--built", help="Ask the last build, by day too, in place of what is published.")
    ] = False,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Ask for metrics, cut by dimensions."""
    from leitstand import metrics as source
    from leitstand.metrics.shown import write
    from leitstand.semantic import Question

    question = Question(
        metrics=_names(metrics),
        by=_names(by),
        grain=grain,
        where=where,
        order=_names(order),
        limit=limit,
    )
    folder = load_company(company)
    with (source.built if built else source.published)(folder) as asked:
        if explain:
            sys.stdout.write(asked.layer.compile(question).sql + "\n")
            return
        answer = asked.answer(question)
    write(answer, asked, "json" if as_json else output_format, output, _out)
    for note in answer.notes:
        _err.print(f"[yellow]note[/] {escape(note)}", soft_wrap=True, highlight=False)


@app.command(epilog="Example: `leitstand metrics mql_to_sal_rate`")
def metrics(
    name: Annotated[str | None, typer.Argument(help="Explain this metric; default: list all.")] = None,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the metrics, or explain one down to the models and definitions behind it."""
    from leitstand.metrics.catalogue import as_dict, read_entries
    from leitstand.metrics.shown import print_entry, print_list

    folder = load_company(company)
    spoken = _language(language, folder.settings.report.language)
    found = read_entries(folder, spoken, name)
    if as_json:
        _print_json(as_dict(found[0]) if name else [as_dict(entry) for entry in found])
    elif name:
        print_entry(found[0], spoken, _out)
    else:
        print_list(found, spoken, _out)


@app.command(epilog="Example: `leitstand mcp`")
def mcp(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Serve what is published to assistants, by the Model Context Protocol; --json prints its tools."""
    from leitstand.metrics.server import serve, tools

    folder = load_company(company)
    if as_json:
        _print_json(tools(folder))
    else:
        serve(folder)


@app.command(epilog="Example: `leitstand holidays`")
def holidays(as_json: JsonOption = False) -> None:
    """Write the public holidays of the business calendars anew."""
    from leitstand.holidays import SEED, write_seed

    with _session():
        rows = write_seed()
    if as_json:
        _print_json({"file": SEED, "rows": rows})
    else:
        _out.print(f"{rows:,} public holidays in {_shown(SEED)}.", soft_wrap=True)


@definitions.command("show", epilog="Example: `leitstand definitions show --language en`")
def show_definitions(
    company: CompanyOption = HERE,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As agreed on this day.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say in words what marketing and sales have agreed."""
    from leitstand.definitions import check_definitions
    from leitstand.definitions.show import show

    with _session():
        folder = load_company(company)
        check_definitions(folder)
        spoken = _language(language, folder.settings.report.language)
        text = show(folder.definitions, spoken, on.date() if on else None)
    if as_json:
        _print_json({"language": spoken, "text": text})
    else:
        sys.stdout.write(text)


@definitions.command("check", epilog="Example: `leitstand definitions check`")
def check_agreement(company: CompanyOption = HERE, as_json: JsonOption = False) -> None:
    """Say everything that is wrong with the agreement, with file and line."""
    from leitstand.definitions import find_faults

    with _session():
        folder = load_company(company)
        faults = find_faults(folder)
    if as_json:
        _print_json([dataclasses.asdict(fault) for fault in faults])
    else:
        for fault in faults:
            _out.print(escape(str(fault)), soft_wrap=True, highlight=False)
        if not faults:
            _out.print(f"Nothing is wrong with {_shown(folder.definitions)}.", soft_wrap=True)
    if faults:
        raise typer.Exit(2)


@definitions.command("diff", epilog="Example: `leitstand definitions diff --stage mql --versions 1 2`")
def diff_definitions(
    old: Annotated[Path | None, typer.Argument(help="Folder of the older definitions.")] = None,
    new: Annotated[Path | None, typer.Argument(help="Folder of the newer; default: the company's.")] = None,
    company: CompanyOption = HERE,
    stage: Annotated[str | None, typer.Option(help="Compare two versions of this stage's rules.")] = None,
    versions: Annotated[tuple[int, int] | None, typer.Option(help="The versions to compare.")] = None,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed between two agreements, or between two versions of a stage."""
    from leitstand.definitions import check_definitions
    from leitstand.definitions.diff import describe, diff, diff_versions

    with _session():
        folder = load_company(company)
        check_definitions(folder)
        if stage and versions and old is None:
            changes = diff_versions(folder.definitions, stage, *versions)
        elif old and not stage and not versions:
            today = (folder.vars.as_of or datetime.now(UTC)).date()
            changes = diff(old, new or folder.definitions, today)
        else:
            raise BadInput(
                "expected a folder to compare with, or a stage and two versions, found neither or both. "
                "Name a folder, or --stage mql --versions 1 2."
            )
        text = describe(changes, _language(language, folder.settings.report.language))
    if as_json:
        _print_json([dataclasses.asdict(change) for change in changes])
    else:
        sys.stdout.write(text + "\n")


@explain.command("person", epilog="Example: `leitstand explain person 8427cbb37f40`")
def explain_person(
    lead_id: Annotated[str, typer.Argument(help="Key of the person, or its beginning.")],
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say why records are one person. Shows addresses and numbers, which only the warehouse holds."""
    from leitstand.explain import explain_person as find

    with _session():
        person = find(load_company(company), lead_id)
    if as_json:
        _print_json(dataclasses.asdict(person))
    else:
        _print_person(person)


@bi.command("superset", epilog="Example: `leitstand bi superset --url http://localhost:8088`")
def bi_superset(
    url: Annotated[str, typer.Option(help="Address of Apache Superset.")],
    file: Annotated[
        Path | None, typer.Option(help="The release's file as Superset's server finds it; default: as here.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="de or en; default: the company's.")] = None,
    company: CompanyOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make database, datasets, metrics, charts and three dashboards in Apache Superset, or make them anew.

    User and password come from the environment: SUPERSET_USER and SUPERSET_PASSWORD.
    """
    from leitstand.bi import make_in_superset

    with _session() as progress:
        folder = load_company(company)
        spoken = _language(language, folder.settings.report.language)
        made = make_in_superset(folder, url, file, language=spoken, progress=progress)
    if as_json:
        _print_json(dataclasses.asdict(made))
        return
    _out.print(
        f"Superset {made.version}, database {made.database!r}: {made.datasets} datasets, "
        f"{made.charts} charts.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    for title, address in made.dashboards.items():
        _out.print(f"{title}  {address}", soft_wrap=True, highlight=False, markup=False)
    for old in made.left_over:
        _out.print(
            f"No longer made, so delete it if nobody needs it: {old.kind} {old.name!r}  {old.address}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
    if made.not_listed:
        _out.print(
            f"What an earlier call made and this one does not could not be listed: {made.not_listed}.",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )


def _names(given: list[str] | None) -> tuple[str, ...]:
    """Names that stand one after the other or with commas between them."""
    return tuple(name.strip() for item in given or () for name in item.split(",") if name.strip())


def _report_excel(
    company: Path, file: Path, language: str | None, as_published: datetime | None, as_json: bool
) -> None:
    from leitstand.published import published_release
    from leitstand.workbook import write_workbook

    with _session() as progress:
        progress("writing the workbook")
        folder = load_company(company)
        release = published_release(folder, day=as_published.date() if as_published else None)
        written = write_workbook(release, file, _language(language, folder.settings.report.language))
    if as_json:
        _print_json(dataclasses.asdict(written))
    else:
        _out.print(
            f"Workbook: {_shown(written.file)}, {written.sheets} sheets, {written.rows:,} rows of "
            f"{written.release_id}",
            soft_wrap=True,
            highlight=False,
        )


def _language(wanted: str | None, default: str) -> str:
    language = wanted or default
    if language not in ("de", "en"):
        raise BadInput(f"--language: expected de or en, found {language!r}. Choose one of them.")
    return language


def main() -> None:
    """Run the command; bad input and a full disk become one message and an exit code, never a traceback."""
    try:
        app()
    except LeitstandError as error:
        _fail(str(error), error.exit_code)
    except Exception as error:
        failure = system_failure(error)
        if failure is None:
            raise
        _fail(str(failure), failure.exit_code)


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


def _shown(path: Path) -> str:
    """A path as seen from here, where it lies below; brackets in it are no markup."""
    return escape(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


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
    table = Table("attribution", "model", box=None, pad_edge=False)
    for name in ("months", "conversions", "at a wrong channel"):
        table.add_column(name, justify="right")
    for far in result.distances:
        table.add_row(
            far.conversion_type,
            far.attribution_model,
            f"{far.months:,}",
            f"{far.conversions:,}",
            f"{far.distance:.4f}",
        )
    _out.print(table)
    _out.print()
    table = Table("noise in the exports", "planted", box=None, pad_edge=False)
    for name, planted in result.noise.items():
        parts = planted.items() if isinstance(planted, dict) else [("", planted)]
        table.add_row(name, ", ".join(f"{key} {value}".strip() for key, value in parts))
    _out.print(table)


def _print_simulation(result: Any, figures: Any, is_of_month: bool) -> None:
    """In what the definitions differ, the KPIs side by side, and how many figures differ in all."""
    from leitstand.change.comment import shown, shown_difference, shown_relative
    from leitstand.definitions.diff import describe

    _out.print(describe(list(result.changes), "en"), soft_wrap=True, highlight=False, markup=False)
    for scope_type in ("company", "channel"):
        rows = [
            figure
            for figure in figures
            if figure.table == "kpi_scorecard"
            and (figure.period_type, figure.scope_type) == ("month", scope_type)
            and (is_of_month or figure.is_latest)
        ]
        if not rows:
            continue
        table = Table("KPI", scope_type, "month", box=None, pad_edge=False)
        for name in ("published", "simulated", "difference", "relative"):
            table.add_column(name, justify="right")
        table.add_column("status")
        for row in rows:
            states = (row.status_before, row.status_after)
            table.add_row(
                escape(row.figure if row.detail == "value" else f"{row.figure} ({row.detail})"),
                escape(row.scope),
                f"{row.period_start:%Y-%m}",
                shown(row.before, row.unit),
                shown(row.after, row.unit),
                shown_difference(row),
                shown_relative(row),
                str(states[0] or "") if states[0] == states[1] else f"{states[0]} → {states[1]}",
            )
        _out.print()
        _out.print(table)
    changed, compared = len(result.comparison.changed), len(result.comparison.figures)
    _out.print(
        f"\n{changed:,} of {compared:,} figures differ from {result.release_id}; {result.models} models "
        f"built. Nothing was touched. `--format csv` lists every figure that differs.",
        soft_wrap=True,
        highlight=False,
    )


def _print_waiting(rows: list[Any], one_by_one: bool) -> None:
    """The list itself, or how many wait in each team."""
    if not one_by_one:
        table = Table("team", "waits for", box=None, pad_edge=False)
        for name in ("leads", "overdue"):
            table.add_column(name, justify="right")
        for team, waits_for in sorted({(row.team, row.waits_for) for row in rows}):
            group = [row for row in rows if (row.team, row.waits_for) == (team, waits_for)]
            table.add_row(team, waits_for, f"{len(group):,}", f"{sum(row.is_overdue for row in group):,}")
    else:
        table = Table(box=None, pad_edge=False)
        for name in ("team", "due (UTC)", "overdue by", "waits for", "tier", "record", "owner"):
            table.add_column(name, justify="right" if name == "overdue by" else "left")
        for row in rows:
            late = f"{row.overdue_minutes / 60:,.1f} h" if row.is_overdue else ""
            due_at = f"{row.due_at:%Y-%m-%d %H:%M}"
            record = f"{row.connection} {row.record_id}"
            table.add_row(row.team, due_at, late, row.waits_for, row.sla_tier, record, row.owner_id)
    _out.print(table)


def _print_person(person: Any) -> None:
    _out.print(f"Person {person.lead_id}", highlight=False, soft_wrap=True)
    sections = {
        "is in": person.records,
        "is one person by": person.links,
        "is not joined by": person.held_back,
        "is known by": person.attributes,
    }
    for title, rows in sections.items():
        if rows:
            _out.print(f"\n{title}")
            table = Table(*(name.replace("_", " ") for name in rows[0]), box=None, pad_edge=False)
            for row in rows:
                table.add_row(*(_cell(value) for value in row.values()))
            _out.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return escape(", ".join(value))
    return "" if value is None else escape(str(value))


def _print_gate(findings: Any, written: Path) -> None:
    """What closes the gate in full; of the rest how many."""
    from leitstand.gate import Status, reasons

    for reason in reasons(findings.closing):
        _out.print(escape(reason), soft_wrap=True, highlight=False)
    counts = ", ".join(f"{findings.count(status):,} {status}" for status in Status)
    state = "[green]open[/]" if findings.is_open else "[red]closed[/]"
    _out.print(f"The gate is {state}: {counts}.", soft_wrap=True, highlight=False)
    _out.print(f"Written    {_shown(written / 'gate.html')}", soft_wrap=True, highlight=False)


def _print_check(file: Path, result: Any) -> None:
    """What is wrong, each with its place; then how much is proven."""
    for finding in result.findings:
        where = f"{file}:{finding.line}:{finding.column}"
        nearest = f" Nearest: {finding.nearest}." if finding.nearest else ""
        text = f"{where}: {finding.text!r} {finding.message}.{nearest}"
        _out.print(escape(text), soft_wrap=True, highlight=False)
    counts = f"Numbers proven: {len(result.proofs):,}. Places not proven: {len(result.findings):,}."
    _out.print(f"{counts} Release {result.release_id}.", highlight=False, soft_wrap=True)


def _print_weakened(verdict: Any) -> None:
    """Say what is marked in a weakened publication."""
    if verdict.weakened_marts:
        marked = ", ".join(verdict.weakened_marts)
        _out.print(f"[yellow]Weakened[/]   {escape(marked)}", soft_wrap=True, highlight=False)


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
                "checks_passed": result.verdict.checks_passed,
                "checks_failed": result.verdict.checks_failed,
                "weakened_marts": result.verdict.weakened_marts,
                "kpis": [dataclasses.asdict(figure) for figure in figures],
                "seconds": result.seconds,
                "peak_gib": round(peak, 2),
            }
        )
        return
    _out.print(f"Published  {_shown(result.release.file)}", soft_wrap=True, highlight=False)
    _out.print(f"Page       {_shown(result.page)}", soft_wrap=True, highlight=False)
    _print_weakened(result.verdict)
    for figure in figures:
        _out.print(
            f"{figure.label}, {figure.period:%B %Y}: [bold]{figure.shown}[/] "
            f"(plan {figure.shown_plan}, {figure.status})",
            soft_wrap=True,
            highlight=False,
        )
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.seconds.items())
    passed, failed = result.verdict.checks_passed, result.verdict.checks_failed
    checks = f"{result.built.models} models, {passed} of {passed + failed} checks passed"
    _out.print(f"{checks}. {steps}; peak memory {peak:.2f} GiB.", soft_wrap=True, highlight=False)
