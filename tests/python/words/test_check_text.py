"""What the check of a text lets pass and what it reports, by texts written by hand in both languages."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from leitstand import cli
from leitstand.init import init
from leitstand.words import check_text
from leitstand.words.numbers import Number, find_numbers, plain
from leitstand.words.periods import find_periods
from leitstand.words.text import language_of

GOOD = {
    "en": [
        "In June 2026 there were 972 inquiries, 216 MQLs and 212 SALs.",
        "The win rate was 47.1% in June 2026; plan 28%, prior year 22.2% "
        "(95% interval 31.5% to 63.3%, n = 141).",
        "Win rate, June 2026: 47.06 percent lies outside its usual variation of 7.7% to 40.4%.",
        "Over the three months to June 2026 the win rate was 34.8 %. In June 2026, it was 47 %.",
        "In Q2 2026 the win rate was 34.8% (49 of 141).",
        "# June 2026\n\nNew pipeline came to €1.99M, marketing-sourced pipeline to €1,302,257.80.",
        "In June 2026, acceptance rate: 60.7% (136 of 224 MQLs), within 14 days.",
        "New pipeline in June 2026: about €2,000,000.",
        "June 2026: marketing cost €117k, 1.9% above plan; MQLs 216, 25 below the prior year.",
        "June 2026: cost per qualified lead (CPL-Q) was €2,126 for Paid search, €62.97 for E-mail.",
        "Speed to lead in June 2026 was 290 minutes, that is 4.8 hours.",
        "In June, CPL-Q was 944.91 EUR, in May 2026 there were 259 MQLs.",
        "Marketing ROI in June 2026 was −25.6%.",
        "The largest leak of June 2026 is “Not answered in time”: 129 leads, €669,674.",
        "469 of 470 checks passed. 14 of 162,285 rows were set aside. Data as of July 1, 2026.",
        "Acceptance rate, nowcast for July 2026: 56.8%.",
        "Attribution of pipeline, June 2026: credit for E-mail is 6.7% to 37.5%.",
        "MQLs, June 2026: restated by +3 with this release 2026-07-01-0123456789.",
        "1. Nothing is claimed here.\n2. Nor here.",
        "# June 2026\n\n- Over the three months to June 2026 the win rate was 34.8%.\n\nThere were 216 MQLs.",
        "# June 2026\n\n| KPI | Actual | Plan |\n|---|---|---|\n| Win rate | 47.1% | 28% |",
        "In June 2026 marketing contribution to pipeline was two thirds.",
        "MQLs fell 10% compared with the prior year to 216 in June 2026.",
        "In the three months to June 2026, “No need” was the reason of 50.0% of 60 leads (95% interval "
        "37.7% to 62.3%), +25.0 percentage points against the period before.",
        "In the three months to June 2026 “No need” was 25 percentage points above the period before.",
        "In June 2026 the win rate lay between 31.5% and 63.3%; 47.1% and 28% planned.",
    ],
    "de": [
        "Im Juni 2026 gab es 972 Anfragen, 216 MQLs und 212 SALs.",
        "Die Abschlussquote lag im Juni 2026 bei 47,1 %; Plan 28 %, Vorjahr 22,2 % "
        "(95-%-Intervall 31,5 % bis 63,3 %, n = 141).",
        "In den drei Monaten bis Juni 2026 lag die Abschlussquote bei 34,8 Prozent.",
        "Im zweiten Quartal 2026 lag die Abschlussquote bei 34,8 % (49 von 141).",
        "# Juni 2026\n\nDie neue Pipeline betrug 1,99 Mio. €, "
        "die Marketing-generierte Pipeline 1.302.257,80 €.",
        "Im Juni 2026 lag die Akzeptanzquote bei 60,7 % (136 von 224), innerhalb von 14 Tagen.",
        "Neue Pipeline im Juni 2026: rund 2.000.000 Euro.",
        "Juni 2026: Marketingkosten 117 Tsd. €, 1,9 % über Plan; 216 MQLs, das Vorjahr: 241.",
        "Die Kosten pro qualifiziertem Lead für Bezahlte Suche lagen im Juni 2026 bei 2.126 €.",
        "Der Marketing-ROI lag im Juni 2026 bei minus 25,6 %.",
        "469 von 470 Prüfungen sind bestanden. Datenstand: 01.07.2026.",
        "In den drei Monaten bis Juni 2026: „Kein Bedarf“ 30 von 60, „Daten falsch“ 33,3 %, "
        "−41,7 Prozentpunkte gegenüber dem Zeitraum davor.",
        "Zurechnung der Pipeline, Juni 2026: der Anteil für E-Mail liegt bei 6,7 % bis 37,5 %.",
    ],
}

BAD = [
    ("en", "In June 2026 there were 973 inquiries.", [(1, 25, "number")]),
    ("en", "In June 2026 the win rate was 47.1%,\nagainst a plan of 47.1%.", [(2, 19, "number")]),
    ("en", "The win rate was 47.1% in May 2026.", [(1, 18, "number")]),
    ("en", "In June 2026 new pipeline was €1.30M and marketing-sourced pipeline €1.99M.",
     [(1, 31, "number"), (1, 69, "number")]),
    ("en", "In June 2026 CPL-Q for Paid search was €945.", [(1, 40, "number")]),
    ("en", "In June 2026 the win rate was 45% to 50%.", [(1, 31, "number"), (1, 38, "number")]),
    ("en", "June 2026: marketing cost €117,169, 1.9% below plan.", [(1, 37, "number")]),
    ("en", "The win rate was 47.1%.", [(1, 18, "undated")]),
    ("en", "In June 2026 we met 216 people.", [(1, 21, "unnamed")]),
    ("en", "In June 2027 there were 216 MQLs.", [(1, 4, "period")]),
    ("en", "In June 2026 new pipeline was $1,992,960.", [(1, 31, "currency")]),
    ("en", "In June 2026 the campaign led to 216 MQLs.", [(1, 27, "cause")]),
    ("en", "Data as of June 1, 2026.", [(1, 12, "period")]),
    ("en", "In June 2026 the win rate was 47,1 %.", [(1, 31, "unreadable")]),
    ("en", "In June 2026 the win rate was 47.1% (90% interval 31.5% to 63.3%).", [(1, 38, "number")]),
    ("en", "In June 2026 the win rate was 0.5.", [(1, 31, "number")]),
    ("en", "In June 2026 there were twelve MQLs.", [(1, 25, "number")]),
    ("en", "In June 2026 MQLs doubled.", [(1, 19, "number")]),
    ("en", "In June 2026 marketing contribution to pipeline was three quarters.", [(1, 53, "number")]),
    ("de", "Im Juni 2026 hat sich die Abschlussquote verdoppelt.", [(1, 42, "number")]),
    ("de", "Im Juni 2026 lag die Akzeptanzquote bei der Hälfte.", [(1, 45, "number")]),
    ("en", "MQLs rose 10% compared with the prior year in June 2026.", [(1, 11, "number")]),
    ("en", "June 2026\n\n| KPI | Actual | Plan |\n|---|---|---|\n| Win rate | 28% | 47.1% |",
     [(5, 14, "number"), (5, 20, "number")]),
    ("en", "In the three months to June 2026 “No need” was 50%, −25 points against the period before.",
     [(1, 53, "number")]),
    ("en", "In the three months to June 2026 we saw no need in 50% of 60.",
     [(1, 52, "unnamed"), (1, 59, "unnamed")]),
    ("de", "In den drei Monaten bis Juni 2026: „Kein Bedarf“ 31 von 60.", [(1, 50, "number")]),
    ("de", "Im Juni 2026 gab es 217 MQLs.", [(1, 21, "number")]),
    ("de", "Die Akzeptanzquote lag im Juni 2026 bei 60,7 %, der Plan bei 60,7 %.", [(1, 62, "number")]),
    ("de", "Dank der Kampagne gab es im Juni 2026 216 MQLs.", [(1, 1, "cause")]),
    ("de", "Die Messe führte im Juni 2026 zu 216 MQLs.", [(1, 11, "cause")]),
    ("de", "Im Juni 2026 lag die Abschlussquote bei 47.1 %.", [(1, 41, "unreadable")]),
    ("de", "Neue Pipeline im Juni 2026: 1.992 €.", [(1, 29, "number")]),
    ("de", "Neue Pipeline im Juni 2026: 2 Mio. $.", [(1, 29, "currency")]),
    ("de", "Im Juni 2026 lag die Neue Pipeline bei 3,99 Mio. €.", [(1, 40, "number")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang, texts in GOOD.items() for text in texts]
)
def test_good_texts_are_proven(small_release: Path, language: str, text: str) -> None:
    """Each number but those of dates, lists and the 95 % has its figure, and nothing is reported."""
    check = check_text(text, small_release, language)
    assert [(f.text, f.message, f.nearest) for f in check.findings] == []
    assert language_of(text) == language or len(text.split()) < 12


@pytest.mark.parametrize(("language", "text", "places"), BAD)
def test_bad_texts_are_reported(
    small_release: Path, language: str, text: str, places: list[tuple[int, int, str]]
) -> None:
    """With line and column; everything else in the text is still proven."""
    check = check_text(text, small_release, language)
    assert [(f.line, f.column, f.kind) for f in check.findings] == places


def test_the_nearest_figure_is_named(small_release: Path) -> None:
    (finding,) = check_text("Im Juni 2026 gab es 217 MQLs.", small_release, "de").findings
    assert finding.nearest == "216 (value)"
    assert finding.message == "is no published value of MQLs, Juni 2026, company"


def test_each_proof_names_its_figure(small_release: Path) -> None:
    text = "In June 2026 the win rate was 47.1% (95% interval 31.5% to 63.3%)."
    proofs = check_text(text, small_release, "en").proofs
    assert [(p.column, p.text, p.figure.measure) for p in proofs] == [
        (31, "47.1%", "value"),
        (51, "31.5%", "ci_low"),
        (60, "63.3%", "ci_high"),
    ]
    assert {p.figure.table for p in proofs} == {"kpi_scorecard"}


@pytest.mark.parametrize(
    ("shown", "value", "unit", "is_honest"),
    [
        ("47.1%", 16 / 34, "share", True),
        ("47.0%", 16 / 34, "share", False),
        ("47%", 16 / 34, "share", True),
        ("3%", 0.026, "share", False),  # half a point of 2.6 is a fifth of it
        ("3%", 0.0297, "share", True),
        ("€1.99M", 1992960.5, "currency", True),
        ("€2M", 1992960.5, "currency", True),
        ("€2,000,000", 1992960.5, "currency", False),
        ("4.8 hours", 289.65, "minutes", True),
        ("0", 0.0, "count", True),
        ("-25.6%", -0.2564, "ratio", True),
        ("25.6%", -0.2564, "ratio", False),
    ],
)
def test_what_an_honest_rounding_is(shown: str, value: float, unit: str, is_honest: bool) -> None:
    (number,) = find_numbers(shown, "en")
    assert number.fits(unit)
    assert number.shows(value) is is_honest


@pytest.mark.parametrize(
    ("language", "text", "amount", "unit"),
    [
        ("de", "1.234.567,89 €", "1234567.89", "currency"),
        ("de", "1,2 Mrd. €", "1.2E+9", "currency"),
        ("de", "120 Tsd.", "1.20E+5", ""),
        ("de", "−1,5 Prozent", "-1.5", "percent"),
        ("de", "2,5 Prozentpunkte", "2.5", "points"),
        ("en", "1,234,567.89", "1234567.89", ""),
        ("en", "€5k", "5E+3", "currency"),
        ("en", "CHF 12,000", "12000", "currency"),
        ("en", "2.5 percentage points", "2.5", "points"),
        ("en", "7 days", "7", "days"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(
    language: str, text: str, amount: str, unit: str
) -> None:
    (number,) = find_numbers(plain(text), language)
    assert (number.amount, number.unit) == (Decimal(amount), unit)
    assert isinstance(number, Number)


@pytest.mark.parametrize(
    ("language", "text", "kind", "first"),
    [
        ("de", "in den drei Monaten bis Juni 2026", "rolling_3_months", "2026-06-01"),
        ("de", "von April bis Juni 2026", "rolling_3_months", "2026-06-01"),
        ("de", "am 30. Juni 2026", "day", "2026-06-30"),
        ("de", "im Geschäftsjahr bis März 2026", "year_to_date", "2026-03-01"),
        ("en", "in the twelve months to June 2026", "rolling_12_months", "2026-06-01"),
        ("en", "on June 30, 2026", "day", "2026-06-30"),
        ("en", "in 2026-06", "month", "2026-06-01"),
        ("en", "in 06/2026", "month", "2026-06-01"),
    ],
)
def test_periods_are_read(language: str, text: str, kind: str, first: str) -> None:
    (period,) = find_periods(text, language)
    assert (period.kind, str(period.first)) == (kind, first)


def test_the_command_ends_with_3_where_something_is_not_proven(
    small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    company, file = tmp_path / "acme", tmp_path / "text.md"
    init(company)
    (company / "releases").mkdir(exist_ok=True)
    (company / "releases" / small_release.name).symlink_to(small_release)
    (company / "releases" / "current").symlink_to(small_release.name)

    def run(text: str, *options: str) -> tuple[int, str]:
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["leitstand", "check-text", str(file), "-c", str(company), *options])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return int(stopped.value.code or 0), capsys.readouterr().out

    assert run("In June 2026 there were 216 MQLs.")[0] == 0
    code, shown = run("In June 2026 there were 217 MQLs.")
    assert code == 3
    assert f"{file}:1:25: '217' is no published value of MQLs, June 2026, company. Nearest: 216" in shown
    code, shown = run("In June 2026 there were 217 MQLs.", "--json")
    assert (code, json.loads(shown)["findings"][0]["nearest"]) == (3, "216 (value)")
    assert run("In June 2026 there were 216 MQLs.", "--release", "2026-06-01-0000000000")[0] == 2
