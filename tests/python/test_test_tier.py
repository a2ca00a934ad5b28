"""The account that the test run gives of itself."""

from collections import Counter
from pathlib import Path

import pytest

from ci import test_tier as tier

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no">…</failure></testcase>
<testcase name="d"><error message="no">…</error></testcase>
<testcase name="e"><skipped message="no real data">…</skipped></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    count = tier.read_report(report)
    assert (count.passed, count.failed, count.skipped) == (2, 2, Counter({"no real data": 1}))
    assert tier.account(count) == "Python tests: 4 ran, 1 could not run\n  1 x no real data"


def test_no_report_means_that_nothing_ran(tmp_path: Path) -> None:
    assert tier.read_report(tmp_path / "report.xml").known == 0


@pytest.mark.parametrize(("committed", "agrees"), [("5", True), ("4", True), ("6", False)])
def test_a_lost_test_is_a_failure_and_a_skipped_one_is_not_lost(
    committed: str, agrees: bool, tmp_path: Path
) -> None:
    expected = tmp_path / "expected_count.txt"
    expected.write_text(committed)
    problem = tier.compare(tier.TestCount(3, 1, Counter({"no real data": 1})), expected)
    assert (problem is None) == agrees
    if problem:
        assert "expected at least 6" in problem and "found 5" in problem


def test_a_missing_number_is_a_failure(tmp_path: Path) -> None:
    assert tier.compare(tier.TestCount(3), tmp_path / "none.txt") is not None


def test_every_check_stands_in_one_chain() -> None:
    assert sorted(name for chain in tier.CHAINS for name in chain) == sorted(tier.CHECKS)


def test_every_file_of_sql_is_checked_once() -> None:
    folders = [part for name in tier.CHECKS if name.startswith("SQL style") for part in tier.CHECKS[name]]
    for kind in ("models", "tests", "analyses"):
        files = [file.relative_to(tier.ROOT) for file in (tier.ROOT / kind).rglob("*.sql")]
        assert files
        for file in files:
            assert sum(file.is_relative_to(folder) for folder in folders) == 1, file


def test_a_check_shows_its_output_only_where_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    assert tier.passes("quiet", ["sh", "-c", "echo unseen"])
    assert not tier.passes("loud", ["sh", "-c", "echo the reason; exit 3"])
    shown = capfd.readouterr().out
    assert "unseen" not in shown
    assert "the reason\nloud" in shown and "exit status 3" in shown


def test_what_is_built_once_is_built_by_one_process(request: pytest.FixtureRequest) -> None:
    """All tests with a marker are one group, those without it are one with their file."""
    assert sorted(tier.ORDER) == sorted([*tier.BUILT_ONCE, ""])
    for item in request.session.items:
        (group,) = item.iter_markers("xdist_group")
        marked = [name for name in tier.BUILT_ONCE if item.get_closest_marker(name)]
        assert group.args == (marked[0] if marked else item.nodeid.partition("::")[0],)


@pytest.mark.parametrize(("kilobytes", "is_enough"), [(9_000_000, True), (8_000_000, False)])
def test_memory_stands_in_for_the_disk_where_there_is_enough(
    kilobytes: int, is_enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tier, "IN_MEMORY", tmp_path)
    statistics = tmp_path / "meminfo"
    statistics.write_text(f"MemTotal:       24000000 kB\nMemAvailable:   {kilobytes} kB\n")
    assert tier.has_memory(statistics) is is_enough
    assert not tier.has_memory(tmp_path / "none")


@pytest.mark.parametrize("ending", ["passed", "failed", "interrupted"])
def test_only_what_failed_tests_made_is_kept(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call_pytest(folder: str) -> int:
        (Path(folder) / "made").touch()
        if ending == "interrupted":
            raise KeyboardInterrupt
        report = tmp_path / tier.REPORT
        report.write_text(REPORT if ending == "failed" else '<testsuite><testcase name="a"/></testsuite>')
        return int(ending == "failed")

    (tmp_path / "target").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tier, "ROOT", tmp_path)
    monkeypatch.setattr(tier, "has_memory", lambda: False)
    monkeypatch.setattr(tier.tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(tier, "call_pytest", call_pytest)
    if ending == "interrupted":
        with pytest.raises(KeyboardInterrupt):
            tier.run_tests()
    else:
        count = tier.run_tests()
        assert count.failed == (2 if ending == "failed" else 0)
    kept = list((tmp_path / "temporary").rglob("made"))
    assert len(kept) == (ending == "failed")
