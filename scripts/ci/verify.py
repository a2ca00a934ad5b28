"""Run what is too long or too heavy for the tests, and end with what ran, what could not run here, and why.

    python scripts/ci/verify.py                        every part
    python scripts/ci/verify.py verify-faults [-k …]   one part, or more; options go to its commands

A command of pytest is counted by its cases; any other counts as one. Exit status 77 says that a command
cannot run here, and the last line of its standard error says why. A part that fails does not keep the others
from running. Exit status 0 only if nothing failed; 2 where a part is not known, and nothing ran.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ci.test_tier import ROOT, TestCount, read_report

CANNOT_RUN = 77

PARTS: Mapping[str, Sequence[Sequence[str]]] = {
    "verify-pages": [["sh", "scripts/ci/verify_pages.sh"]],
    "verify-change": [
        ["pytest", "-q", "-s", "tests/python/verify_change.py"],
        ["pytest", "-q", "tests/python/handover/verify_by_user.py"],
    ],
    "verify-examples": [["pytest", "-q", "tests/python/pipeline/verify_examples.py"]],
    "verify-metrics": [["pytest", "-q", "-s", "tests/python/semantic/verify_nothing_kept.py"]],
    "verify-restatements": [["pytest", "-q", "tests/python/verify_restatements.py"]],
    "verify-superset": [["sh", "scripts/ci/verify_superset.sh"]],
    "verify-twin": [["sh", "scripts/ci/verify_twin.sh"]],
    "verify-faults": [
        ["env", "LEITSTAND_FUZZ=2000", "pytest", "-q", "tests/python/faults/test_fuzzed_input.py"],
        ["pytest", "-q", "tests/python/faults/verify_days.py"],
        ["pytest", "-q", "tests/python/faults/verify_publication.py"],
        ["pytest", "-q", "tests/python/faults/verify_emptied_source.py"],
        ["pytest", "-q", "tests/python/verify_faults.py"],
    ],
}


def main(arguments: Sequence[str]) -> int:
    """Run the parts named, or all; return the exit status."""
    named = list(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))
    names, options = named or list(PARTS), arguments[len(named) :]
    if unknown := [name for name in named if name not in PARTS]:
        print(f"verify: expected parts of {', '.join(PARTS)}, found {unknown[0]!r}.", file=sys.stderr)
        return 2
    lines, has_failed = [], False
    for name in names:
        started = time.monotonic()
        count = run_part(name, options)
        lines.append(account(name, count, time.monotonic() - started))
        print(lines[-1], flush=True)
        has_failed |= count.failed > 0
    if len(names) > 1:
        print("--- all parts", *lines, sep="\n")
    return 1 if has_failed else 0


def run_part(name: str, options: Sequence[str]) -> TestCount:
    """Run all commands of one part."""
    count = TestCount()
    for command in PARTS[name]:
        one = run_command(command, options)
        count = TestCount(count.passed + one.passed, count.failed + one.failed, count.skipped + one.skipped)
    return count


def run_command(command: Sequence[str], options: Sequence[str] = ()) -> TestCount:
    """Run one command, and count what it ran."""
    if "pytest" not in command:
        return run_script([*command, *options])
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = subprocess.run([*command, *options, f"--junitxml={report}"], cwd=ROOT, check=False).returncode
        count = read_report(report)
    # 5: no case was chosen, which only options may do
    expected = (0, 1, 5) if options else (0, 1)
    if code not in expected or (code == 1 and not count.failed):
        print(f"pytest ended with exit status {code}, and names no failed test", file=sys.stderr)
        return TestCount(count.passed, count.failed + 1, count.skipped)
    return count


def run_script(command: Sequence[str]) -> TestCount:
    """Run a command that is no test, showing what it says."""
    with tempfile.TemporaryFile("w+") as errors:
        code = subprocess.run(command, cwd=ROOT, stderr=errors, check=False).returncode
        errors.seek(0)
        said = errors.read()
    sys.stderr.write(said)
    if code == CANNOT_RUN:
        return TestCount(skipped=Counter([said.strip().rpartition("\n")[2] or "no reason given"]))
    return TestCount(failed=1) if code else TestCount(passed=1)


def account(name: str, count: TestCount, seconds: float) -> str:
    """One part in lines: what ran, what could not, and why."""
    ran, idle = count.passed + count.failed, count.skipped.total()
    lines = [f"{name}: {ran} ran, {count.failed} failed, {idle} could not run here ({seconds:.0f} s)"]
    lines += [f"  {number} x {reason}" for reason, number in count.skipped.most_common()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
