"""The examples with their real files: run as their users do, or only built and published."""

from __future__ import annotations

import shutil
from pathlib import Path

from faults.delivered import publish
from leitstand import config
from leitstand.build import call_dbt, check_as_of
from leitstand.config import PROJECT_ROOT, load_company
from leitstand.definitions import check_definitions
from leitstand.keys import store_key
from leitstand.land import land
from leitstand.metrics import write_metrics
from leitstand.publish import make_current
from parsed import parsed
from running import Company, leitstand

# the first example that was built: the others are parsed as it is
_parsed: list[config.Company] = []


def run_example(name: str, data: list[str], real_data: Path, folder: Path) -> Company:
    """Copy an example, give it its real files, and run it."""
    return Company(_copied(name, data, real_data, folder), leitstand("run", "--json", "-c", str(folder)).json)


def make_example(name: str, data: list[str], real_data: Path, folder: Path) -> Company:
    """Copy an example, give it its real files, and make and publish its tables.

    dbt's tests, the gate and the pages, half of a run's time, are left to `make verify-examples`.
    """
    company = load_company(_copied(name, data, real_data, folder))
    land(company)
    check_definitions(company)
    check_as_of(company)
    store_key(company)
    manifest = parsed(company, of=_parsed[0]) if _parsed else None
    ran = call_dbt(company, "build", "--exclude-resource-type", "unit_test", "test", manifest=manifest)
    assert not [result for result in ran.results if result.status in ("error", "skipped")]
    write_metrics(company)
    release = publish(company)
    make_current(company, release)
    _parsed.append(company)
    return Company(folder, {"file": str(release.file)})


def _copied(name: str, data: list[str], real_data: Path, folder: Path) -> Path:
    own = shutil.ignore_patterns("data", "releases", "warehouse")
    shutil.copytree(PROJECT_ROOT / "examples" / name, folder, ignore=own)
    (folder / "data").mkdir()
    for part in data:
        (folder / "data" / part).symlink_to(real_data / part)
    return folder
