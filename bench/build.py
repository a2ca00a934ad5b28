"""Hand-written SQL and `dbt build`, side by side, on a company of 100 thousand and one of 1 million leads.

    make bench                    both sizes
    LEADS=100000 make bench       one size, or several: LEADS=10000,100000

For each size the raw tables are made straight in DuckDB (`company.sql`). Then, each in a process of its own:

    floor   the figures of management by hand (`floor.sql`)
    dbt     `dbt build` of all models, without tests
    tests   `dbt test` of what it built: all data tests

`cpu_ratio` is dbt's CPU seconds by those of the floor: `whole` counts the whole process, start-up, parsing
and all models; `needed` counts the models and seeds alone that the floor's figures need. Two sizes also give
each model an exponent: CPU seconds grow as leads to that power. JSON on standard output, tables on standard
error; the checkout is left alone.

The figures have to be equal, amounts to the cent, and all models and tests succeed, or the command ends with
1. It ends with 2 where a goal is missed, and says which: at the largest size the build takes at most `GOAL`
times the floor, the tests at most as much again as the build; and no model grows faster than n log n.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

BENCH = Path(__file__).resolve().parent
GOAL = 2.0
# What floor and dbt must agree on, and its keys: every column of the tables that the floor writes. Of credit
# the rule-based models; those fitted to data are not written by hand.
FIGURES = {
    "pipeline": (
        ["month", "origin_path", "channel", "segment"],
        "select * from {schema}.kpi_pipeline_contribution",
    ),
    "attribution": (
        ["month", "conversion_type", "attribution_model", "channel", "campaign", "is_default"],
        """
        select * from {schema}.kpi_attribution
        where attribution_model in (select attribution_model from built.definitions.attribution_models)
        """,
    ),
    "cost": (
        ["basis", "month", "channel", "cost_scope"],
        "select * from {schema}.kpi_cost_per_qualified_lead",
    ),
    "funnel": (
        ["basis", "month", "origin_path", "channel", "segment", "from_stage", "to_stage"],
        "select * from {schema}.kpi_funnel_conversion",
    ),
}
TABLES = (
    "kpi_pipeline_contribution",
    "kpi_attribution",
    "kpi_cost_per_qualified_lead",
    "kpi_funnel_conversion",
)
# Doubles come from sums and quotients in another order: equal means up to the last digits.
TOLERANCE = 1e-9
# Below so many CPU seconds a model's exponent says more of the clock than of the model; and so much more
# than n log n is still taken for it.
WORTH_WATCHING, SLACK = 1.0, 1.25


def main() -> None:
    """Measure every size, print the tables, and judge."""
    sizes = [int(size) for size in os.environ.get("LEADS", "100000,1000000").split(",")]
    with tempfile.TemporaryDirectory(prefix="leitstand-bench-") as folder:
        empty = _size(0, Path(folder), tests=False)
        runs = []
        for size in sizes:
            runs.append(_size(size, Path(folder), tests=True))
            _say_run(runs[-1])
    growth = _growth(empty, runs[0], runs[-1]) if len(runs) > 1 else []
    _say_growth(growth, sizes)
    missed = _missed(runs[-1], growth)
    print(json.dumps({"empty": empty, "runs": runs, "growth": growth, "missed": missed}, indent=2))
    failed = [problem for run in runs for problem in run["unequal"] + run["failed"]]
    if failed:
        sys.exit("\n".join(failed))
    if missed:
        print("\n".join(f"missed: {goal}" for goal in missed), file=sys.stderr)
        sys.exit(2)


def _missed(run: dict[str, Any], growth: list[dict[str, Any]]) -> list[str]:
    """A line per goal that the largest size, or the growth of a model, does not meet."""
    whole, build, tests = (
        run["cpu_ratio"]["whole"],
        run["dbt"]["cpu_seconds"],
        run["tests"]["cpu_seconds"],
    )
    at = f"at {run['leads']:,} leads"
    missed = []
    if whole > GOAL:
        missed.append(f"{at} the build takes {whole} times the floor's CPU, the goal is {GOAL:g}")
    if tests > build:
        missed.append(f"{at} the tests take {tests} s of CPU, the goal is those of the build, {build} s")
    faster = [row["model"] for row in growth if row["grows_faster_than_n_log_n"]]
    if faster:
        missed.append(f"grow faster than n log n: {', '.join(faster)}")
    return missed


def _size(leads: int, folder: Path, *, tests: bool) -> dict[str, Any]:
    """One company of so many leads: the floor, the models, their tests, and whether figures agree."""
    raw, floor, built = folder / "company.duckdb", folder / "floor.duckdb", folder / "built.duckdb"
    for file in (raw, floor, built):
        file.unlink(missing_ok=True)
    made = _run("company", raw, leads)
    result: dict[str, Any] = {"leads": leads, "rows": made["rows"], "floor": _run("floor", raw, floor)}
    # dbt sees one path, or it would parse anew
    raw.rename(built)
    steps = {"dbt": "build", "tests": "test"} if tests else {"dbt": "build"}
    for step, command in steps.items():
        result[step] = _run("dbt", built, folder / "target", command)
    result["unequal"] = _unequal(floor, built)
    result["failed"] = [failure for step in steps for failure in result[step]["failed"]]
    needed = _needed(folder / "target" / "manifest.json")
    own = sum(seconds for node, seconds in result["dbt"]["nodes"].items() if node in needed)
    spent = result["floor"]["cpu_seconds"]
    result["cpu_ratio"] = {
        "whole": round(result["dbt"]["cpu_seconds"] / spent, 2),
        "needed": round(own / spent, 2),
    }
    return result


def _run(step: str, *arguments: object) -> dict[str, Any]:
    """A step in its own process: what it says, its CPU seconds (user and system), wall and peak memory."""
    command = [sys.executable, str(BENCH / "step.py"), step, *map(str, arguments)]
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}")
    return {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_seconds": round(time.monotonic() - start, 2),
        "peak_gib": round(usage.ru_maxrss / 2**20, 2),
        **json.loads(said.splitlines()[-1]),
    }


def _unequal(floor: Path, built: Path) -> list[str]:
    """A line per figure in which floor and dbt differ, with the rows of each."""
    problems = []
    with duckdb.connect() as db:
        db.execute(f"attach '{floor}' as floor (read_only); attach '{built}' as built (read_only)")
        for figure, (keys, sql) in FIGURES.items():
            by_hand, by_dbt = sql.format(schema="floor"), sql.format(schema="built.kpi")
            columns = [row[0] for row in db.execute(f"describe {by_hand}").fetchall()]
            both = " and ".join(f"a.{key} is not distinct from b.{key}" for key in keys)
            pairs = f"({by_hand}) as a full join ({by_dbt}) as b on {both}"
            differing = {"rows on one side": "(a.month is null) <> (b.month is null)"}
            for column in columns:
                if column not in keys:
                    differing[column] = (
                        f"a.{column} is distinct from b.{column} and coalesce(abs(a.{column}::double "
                        f"- b.{column}::double) > {TOLERANCE} * (1 + abs(b.{column}::double)), true)"
                    )
            for what, condition in differing.items():
                (rows,) = db.execute(f"select count(*) from {pairs} where {condition}").fetchone() or (0,)
                if rows:
                    problems.append(f"{figure}: {rows} rows differ in {what}")
    return problems


def _needed(manifest: Path) -> set[str]:
    """The nodes from which the floor's figures come, these included."""
    parents = json.loads(manifest.read_text(encoding="utf-8"))["parent_map"]
    found: set[str] = set()
    ahead = [f"model.leitstand.{table}" for table in TABLES]
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead.extend(parents.get(node, []))
    return found


def _growth(empty: dict[str, Any], small: dict[str, Any], large: dict[str, Any]) -> list[dict[str, Any]]:
    """Each model's CPU seconds at both sizes, less what it takes on no data, and how they grow."""
    n, m = small["leads"], large["leads"]
    limit = m * math.log(m) / (n * math.log(n)) * SLACK
    rows = []
    for node, seconds in large["dbt"]["nodes"].items():
        if not node.startswith("model."):
            continue
        fixed = empty["dbt"]["nodes"].get(node, 0.0)
        less = max(small["dbt"]["nodes"].get(node, 0.0) - fixed, 0.01)
        more = max(seconds - fixed, 0.01)
        rows.append(
            {
                "model": node.split(".")[-1],
                "small_seconds": round(less, 2),
                "large_seconds": round(more, 2),
                "exponent": round(math.log(more / less) / math.log(m / n), 2),
                "grows_faster_than_n_log_n": more > WORTH_WATCHING and more / less > limit,
            }
        )
    return sorted(rows, key=lambda row: -float(row["large_seconds"]))


def _say_run(run: dict[str, Any]) -> None:
    print(f"\n{run['leads']:,} leads{'CPU':>20}{'wall':>12}{'memory':>14}", file=sys.stderr)
    for name in ("floor", "dbt", "tests"):
        took = run[name]
        line = f"{took['cpu_seconds']:>10.1f} s{took['wall_seconds']:>10.1f} s{took['peak_gib']:>10.2f} GiB"
        print(f"  {name:<20}{line}", file=sys.stderr)
    ratio = run["cpu_ratio"]
    tests = run["tests"]["cpu_seconds"] / run["floor"]["cpu_seconds"]
    equal = "equal" if not run["unequal"] else "NOT equal"
    print(
        f"  cpu_ratio {ratio['whole']} (needed alone: {ratio['needed']}; tests: {tests:.2f} more; "
        f"goal {GOAL:.0f}); figures {equal}",
        file=sys.stderr,
    )


def _say_growth(growth: list[dict[str, Any]], sizes: list[int]) -> None:
    if not growth:
        return
    print(f"\n{'model':<45}{sizes[0]:>12,}{sizes[-1]:>12,}{'exponent':>10}", file=sys.stderr)
    for row in growth:
        if row["large_seconds"] > WORTH_WATCHING or row["grows_faster_than_n_log_n"]:
            mark = "  faster than n log n" if row["grows_faster_than_n_log_n"] else ""
            line = f"{row['small_seconds']:>10.2f} s{row['large_seconds']:>10.2f} s{row['exponent']:>10.2f}"
            print(f"{row['model']:<45}{line}{mark}", file=sys.stderr)


if __name__ == "__main__":
    main()
