"""Run every check and test, tell the time of each, count what ran, and end with one plain line.

A step that fails does not keep the later ones from running. Exit status 0 only if all passed.
`--lint` leaves the Python tests out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPECTED_COUNT = ROOT / "tests" / "python" / "expected_count.txt"
REPORT = Path("target", "pytest.xml")

# What only one process may build, by the marker of the tests whose fixtures need it
BUILT_ONCE: Mapping[str, set[str]] = {
    "demo": {"demo"},
    "clone": {"fresh_clone"},
    "examples": {"leadforge", "maven", "olist", "salesforce"},
    "company": {"own_company"},
    "exports": {"company_runs"},
}

# In which order tests begin; "" are those without a marker, file by file. The demo takes longest; what is
# short comes last, so that both processes end together.
ORDER = ("demo", "exports", "examples", "company", "clone", "")
PROCESSES = 2

# Where memory can stand in for the disk, companies are built there: dbt writes thousands of small files.
IN_MEMORY = Path("/dev/shm")
ENOUGH_KILOBYTES = 8 * 2**20

SQLFLUFF = ("sqlfluff", "lint", "--nocolor", "--disable-progress-bar")

CHECKS: Mapping[str, list[str]] = {
    "Python style": ["ruff", "check", "."],
    "Python layout": ["ruff", "format", "--check", "."],
    "Python types": ["mypy", "--explicit-package-bases", "scripts"],
    "portable SQL": [sys.executable, "scripts/ci/portability_lint.py"],
    "SQL style of the marts": [*SQLFLUFF, "models/marts"],
    "SQL style of the steps": [*SQLFLUFF, "models/staging", "models/intermediate"],
    "SQL style of the rest": [*SQLFLUFF, "tests", "analyses"],
    "dbt parse": ["dbt", "--quiet", "parse"],
    "layers and names": ["dbt-bouncer", "run", "--show-all-failures"],
}

# Chains side by side, the longest first; within one, one check after the other. With a second process of its
# own, sqlfluff takes nearly twice the CPU.
CHAINS = (
    ("SQL style of the steps",),
    ("SQL style of the marts",),
    ("dbt parse", "layers and names"),
    ("SQL style of the rest",),
    ("Python types", "Python style", "Python layout", "portable SQL"),
)


@dataclass(frozen=True)
class TestCount:
    """How the Python tests ended; `skipped` counts those that could not run, by reason."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> int:
        """All tests, those that could not run among them."""
        return self.passed + self.failed + self.skipped.total()


def main(arguments: list[str]) -> int:
    """Run the steps and print the account; return the exit status."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        failed = [name for chain in pool.map(failures, CHAINS) for name in chain]
    count = TestCount()
    if "--lint" not in arguments:
        count = run_tests()
        problem = compare(count, EXPECTED_COUNT)
        print(problem or f"test count agrees with {EXPECTED_COUNT.relative_to(ROOT)}")
        failed += ["test count"] if problem else []
        print(account(count))
    if failed:
        print(f"failed: {', '.join(failed)}")
    checks = len(CHECKS) + ("--lint" not in arguments)
    print(f"{checks - len(failed) + count.passed} passed, {len(failed) + count.failed} failed")
    return 1 if failed or count.failed else 0


def failures(chain: Iterable[str]) -> list[str]:
    """Run checks one after the other; name those that fail."""
    return [name for name in chain if not passes(name, CHECKS[name])]


def passes(name: str, command: list[str]) -> bool:
    """Run one check; its output is shown only where it fails."""
    started = time.monotonic()
    verdict = "passed"
    try:
        subprocess.run(
            command,
            cwd=ROOT,
            env=variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        print((error.stdout or b"").decode(errors="replace").rstrip())
        verdict = f"FAILED: {error}"
    print(f"{name:<24}{time.monotonic() - started:>7.1f} s  {verdict}", flush=True)
    return verdict == "passed"


def variables() -> dict[str, str]:
    """The variables of a check: wide lines, and a home inside the checkout, where dbt-bouncer keeps notes."""
    home = ROOT / ".leitstand" / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "COLUMNS": "200", "HOME": str(home)}


def run_tests() -> TestCount:
    """Run the Python tests, in two processes side by side; count them."""
    started = time.monotonic()
    folder = tempfile.mkdtemp(prefix="leitstand-", dir=IN_MEMORY if has_memory() else None)
    # a run that is interrupted keeps no memory; what failed is kept to be looked at
    with contextlib.ExitStack() as removal:
        removal.callback(shutil.rmtree, folder, ignore_errors=True)
        code = call_pytest(folder)
        count = read_report(ROOT / REPORT)
        if code and not count.failed:
            print(f"pytest ended with exit status {code}, and names no failed test")
            count = TestCount(count.passed, 1, count.skipped)
        if count.failed:
            removal.pop_all()
            print(f"what the failed tests made is in {folder}")
    print(
        f"{'Python tests':<24}{time.monotonic() - started:>7.1f} s  {'FAILED' if count.failed else 'passed'}"
    )
    return count


def has_memory(statistics: Path = Path("/proc/meminfo")) -> bool:
    """True where files may be kept in memory and enough of it is available."""
    try:
        lines = dict(line.split(":") for line in statistics.read_text().splitlines())
        available = int(lines["MemAvailable"].split()[0])
    except (OSError, KeyError):  # another system than Linux
        return False
    return os.access(IN_MEMORY, os.W_OK) and available >= ENOUGH_KILOBYTES


def call_pytest(folder: str) -> int:
    """Run the tests, which make their files in a folder; return pytest's exit status."""
    (ROOT / REPORT).unlink(missing_ok=True)
    shared = ["-n", str(PROCESSES), "--dist", "loadgroup", "--no-loadscope-reorder"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *shared, f"--junitxml={REPORT}"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": folder},
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode


def read_report(report: Path) -> TestCount:
    """Count the cases of a JUnit report; without a report, none ran."""
    if not report.is_file():
        return TestCount()
    failed, skipped = 0, Counter[str]()
    cases = list(ET.parse(report).iter("testcase"))
    for case in cases:
        reason = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif reason is not None:
            skipped[reason.get("message", "no reason given")] += 1
    return TestCount(len(cases) - failed - skipped.total(), failed, skipped)


def compare(count: TestCount, expected: Path) -> str | None:
    """Say what is wrong where fewer tests are known than the committed number."""
    if not expected.is_file():
        return f"{expected}: expected the number of Python tests, found no file. Write {count.known}."
    committed = int(expected.read_text())
    if count.known < committed:
        return (
            f"{expected.name}: expected at least {committed} Python tests that ran or say why not, "
            f"found {count.known}. Find the lost ones, or write {count.known} where they went on purpose."
        )
    if count.known > committed:
        print(f"{expected.name}: {count.known} tests are known, {committed} committed: write {count.known}")
    return None


def account(count: TestCount) -> str:
    """How many tests ran, how many could not, and why."""
    lines = [f"Python tests: {count.passed + count.failed} ran, {count.skipped.total()} could not run"]
    lines += [f"  {number} x {reason}" for reason, number in count.skipped.most_common()]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    sys.exit(main(sys.argv[1:]))
