"""Build the demo's models on Postgres and print what comes out otherwise than on DuckDB.

    python -m ci.postgres_twin                                   everything
    python -m ci.postgres_twin --select +fct_lead_lifecycle      what dbt selects, with what it is made of

Compares with the last build of the demo on DuckDB, so run `leitstand build` (or dbt build) before.
"""

from __future__ import annotations

import sys
import time

from ci.postgres_twin import build, compare, land, open_both, serve, tables
from leitstand.config import PROJECT_ROOT

WAREHOUSE = PROJECT_ROOT / "warehouse" / "leitstand.duckdb"


def main(arguments: list[str]) -> int:
    """Print failures, differences and one closing line; return the exit status."""
    if not WAREHOUSE.is_file():
        print(f"{WAREHOUSE}: expected the demo's warehouse, found none. Run `leitstand demo`.")
        return 1
    started = time.monotonic()
    with serve() as server:
        print(
            f"{land(WAREHOUSE, server):,} landed rows copied, {time.monotonic() - started:.1f} s", flush=True
        )
        built = build(server, arguments)
        failed = built.nodes("error", "fail", "runtime error")
        print(built.output if failed else f"{len(built.statuses)} nodes built and tested", end="")
        print(f", {time.monotonic() - started:.1f} s", flush=True)
        done = set(built.nodes("success"))
        compared = [table for name, table in tables(built.manifest).items() if name in done]
        with open_both(WAREHOUSE, server) as db:
            differences = {table: found for table in compared if (found := compare(db, table))}
    for found in differences.values():
        print("\n".join(map(str, found)))
    print(
        f"{len(compared)} tables compared, {len(differences)} differ, {len(failed)} nodes failed, "
        f"{time.monotonic() - started:.1f} s"
    )
    return 1 if differences or failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
