"""The commentary of the demo: every sentence is proven, every figure is the published one, and no digit of
any number can be altered without the check reporting it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path

import duckdb
import pytest
from small_release import RELEASE_ID, make_small_release

from leitstand.errors import BadInput
from leitstand.report import PAGES, file_name
from leitstand.words import LANGUAGES, TOPICS, Sentence, check_text, sentences
from leitstand.words.causes import find_causes
from leitstand.words.numbers import plain
from running import Company

SCORECARD = """
select {measure}
from kpi.kpi.kpi_scorecard
where kpi = ? and period_type = ? and period_start = ? and scope_type = ? and scope = ?
"""
LEAKS = "select sum({measure}) from kpi.kpi.kpi_leakage where leak = ? and month = ?"
REASONS = """
select
    sum(handovers) filter (rejection_reason = $reason) / sum(handovers) as value,
    sum(handovers) as denominator
from kpi.kpi.kpi_handover
where rejection_reason <> '(none)' and month in ($month, $month - interval 1 month, $month - interval 2 month)
"""
LEAK_MEASURES = {"value": "first_leak_leads", "amount": "first_leak_pipeline_amount"}


@pytest.fixture(scope="module")
def release(demo: Company) -> Path:
    """The folder of the demo's release."""
    return Path(demo.run["file"]).parent


def all_sentences(release: Path) -> Iterator[tuple[str, Sentence]]:
    """Each once, though topics share some."""
    for language in LANGUAGES:
        for sentence in dict.fromkeys(s for topic in TOPICS for s in sentences(release, language, topic)):
            yield language, sentence


def test_each_sentence_of_each_topic_is_proven(release: Path) -> None:
    """By itself and as part of a whole text, whose language is told by its words."""
    for language in LANGUAGES:
        for topic in TOPICS:
            texts = sentences(release, language, topic)
            assert texts, topic
            for sentence in texts:
                check = check_text(sentence.text, release, language)
                assert check.findings == (), sentence.text
                assert len(check.proofs) == len(sentence.citations)
            whole = check_text("\n\n".join(s.text for s in texts), release)
            assert (whole.language, whole.findings) == (language, ())
            assert len(whole.proofs) == sum(len(s.citations) for s in texts)


def test_each_page_carries_the_sentences_of_its_topic(release: Path) -> None:
    """As they stand on the pages that were published, read back from the HTML and proven."""
    sites = sorted(release.glob("report_*"))
    assert sites
    for site, page in product(sites, PAGES):
        language = site.name.removeprefix("report_")
        html = (site / file_name(page)).read_text(encoding="utf-8")
        (spoken,) = re.findall(r'<ul class="spoken">(.*?)</ul>', html, re.DOTALL)
        said = [unescape(item) for item in re.findall(r"<li[^>]*>(.*?)</li>", spoken)]
        written = sentences(release, language, page)
        # a page binds what is not to be broken
        assert list(map(plain, said)) == [plain(sentence.text) for sentence in written], page
        assert check_text("\n\n".join(said), release, language).findings == (), page


def test_each_number_is_the_figure_that_was_published(release: Path) -> None:
    """Read again from the file by its key, for the scorecard, for leaks and for reasons."""
    looked_at = 0
    db = duckdb.connect(release / "kpi.duckdb", read_only=True)
    for _, sentence in all_sentences(release):
        for citation in sentence.citations:
            figure = citation.figure
            assert citation.shown.split("\N{NO-BREAK SPACE}")[0].split(" ")[0] in sentence.text
            if figure.table == "kpi_scorecard" and figure.subject != "kpis":
                key = (figure.subject, figure.period_type, figure.period, figure.scope_type, figure.scope)
                ((value,),) = db.execute(SCORECARD.format(measure=figure.measure), key).fetchall()
            elif figure.subject.startswith("leak:"):
                key = (figure.subject.removeprefix("leak:"), figure.period)
                ((value,),) = db.execute(LEAKS.format(measure=LEAK_MEASURES[figure.measure]), key).fetchall()
            elif figure.subject.startswith("reason:") and figure.measure in ("value", "denominator"):
                named = {"reason": figure.subject.removeprefix("reason:"), "month": figure.period}
                ((value,),) = db.execute(f"select {figure.measure} from ({REASONS})", named).fetchall()
            else:
                continue
            assert float(value) == pytest.approx(figure.value, rel=1e-12)
            looked_at += 1
    db.close()
    assert looked_at > 300


def test_no_digit_of_a_number_can_be_altered(release: Path) -> None:
    """Each digit of each number becomes another one; the check reports every such text.

    A digit of a date may be altered into a period in which the number is true as well: that is rare.
    """
    dates, true_elsewhere = 0, 0
    for language, sentence in all_sentences(release):
        numbers = [span for c in sentence.citations for span in spans(str(c.shown), sentence.text)]
        for found in re.finditer(r"\d", sentence.text if sentence.citations else ""):
            digit = str((int(found[0]) + 1) % 10)
            altered = sentence.text[: found.start()] + digit + sentence.text[found.end() :]
            is_proven = check_text(altered, release, language).is_proven
            if any(start <= found.start() < end for start, end in numbers):
                assert not is_proven, altered
            else:
                dates += 1
                true_elsewhere += is_proven
    assert dates > 100
    assert true_elsewhere <= dates * 0.02


def test_no_published_figure_stands_in_for_another(release: Path) -> None:
    """Each number is replaced by the next larger text of its unit: a true figure in the wrong place."""
    swapped = 0
    for language in LANGUAGES:
        texts = [sentence for spoken, sentence in all_sentences(release) if spoken == language]
        shown: dict[str, set[str]] = {}
        for citation in (c for sentence in texts for c in sentence.citations):
            shown.setdefault(citation.figure.unit, set()).add(str(citation.shown))
        for sentence in texts:
            for citation in sentence.citations:
                own, others = str(citation.shown), sorted(shown[citation.figure.unit])
                other = others[(others.index(own) + 1) % len(others)]
                if sentence.text.count(own) == 1 and other != own:
                    altered = sentence.text.replace(own, other)
                    assert not check_text(altered, release, language).is_proven, altered
                    swapped += 1
    assert swapped > 300


def spans(shown: str, text: str) -> list[tuple[int, int]]:
    """Where the digits of a number stand in a text."""
    digits = re.match(r"\D*[\d.,]*\d", shown)
    assert digits
    number = re.sub(r"^\D*", "", digits[0])
    return [found.span() for found in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d])", text)]


def test_no_sentence_claims_a_cause_and_uncertainty_is_said(release: Path) -> None:
    for language, sentence in all_sentences(release):
        assert list(find_causes(sentence.text, language)) == []
    german = "\n".join(s.text for s in sentences(release, "de", "executive"))
    assert "95-%-Intervall" in german and "n = " in german and "übliche" in german
    review = "\n".join(s.text for s in sentences(release, "en", "review_month"))
    assert "a signal that wants an explanation" in review


def test_volumes_are_written_as_each_language_does(release: Path) -> None:
    (english,) = [s.text for s in sentences(release, "en", "funnel") if "there were" in s.text]
    assert re.search(r" inquiries, [\d,]+ MQLs, .* and [\d,]+ opportunities\.", english)
    (german,) = [s.text for s in sentences(release, "de", "funnel") if " gab es " in s.text]
    assert re.search(r" Anfragen, [\d.]+ MQLs, .* und [\d.]+ Verkaufschancen\.", german)


def test_signals_of_the_review_are_those_of_the_scorecard(demo: Company, release: Path) -> None:
    expected = demo.published(
        "select label_en from kpi.kpi.kpi_scorecard where is_signal and scope_type = 'company' "
        "and period_type = 'month' and period_start = date '2026-06-01' and process_low is not null"
    )
    texts = [s.text for s in sentences(release, "en", "review_month") if "a signal that" in s.text]
    assert sorted(text.split(": June 2026 (")[0] for text in texts) == sorted(label for (label,) in expected)


QUARTER = [
    "insert into kpi.kpi.kpi_scorecard by name select 'win_rate' as kpi, 'Win rate' as label_en, "
    "'Abschlussquote' as label_de, 'share' as unit, 'company' as scope_type, 'company' as scope, "
    "period_type, start as period_start, value, 0.28 as plan, status, 'off_plan' as status_reason, signal, "
    "0.07 as process_low, 0.40 as process_high, true as is_mature from (values "
    "('quarter', date '2026-02-01', 0.11, 'red', '(none)'), ('month', date '2026-02-01', 0.05, 'red', "
    "'outside_limits'), ('month', date '2026-04-01', 0.06, 'red', 'outside_limits')) "
    "as t(period_type, start, value, status, signal)",
    "create or replace table kpi.kpi.dim_date as select *, 2027 as fiscal_year from (values "
    "(date '2026-02-01', 1), (date '2026-03-01', 1), (date '2026-04-01', 1), (date '2026-05-01', 2), "
    "(date '2026-06-01', 2)) as t(month_start, fiscal_quarter)",
    "delete from kpi.kpi.kpi_scorecard where period_type = 'quarter' and period_start = date '2026-04-01'",
    "insert into kpi.kpi.kpi_restatement select * replace (date '2026-04-01' as period_start) "
    "from kpi.kpi.kpi_restatement",
]
REVIEW = {
    "en": [
        "0 of 1 KPIs with a plan are on plan in Q1 FY2027.",
        "Win rate: April 2026 (6.0%) lies outside its usual variation of 7.0% to 40.0%; a signal that wants "
        "an explanation.",
        "No other KPI of the company shows a signal in Q1 FY2027.",
        "Win rate was 11.0% in Q1 FY2027; plan 28.0%. Plan clearly missed.",
        "MQLs, April 2026: restated by +3 with this release.",
    ],
    "de": [
        "0 von 1 Kennzahlen mit Plan sind im 1. Quartal des Geschäftsjahres 2027 im Plan.",
        "Abschlussquote lag im 1. Quartal des Geschäftsjahres 2027 bei 11,0\N{NO-BREAK SPACE}%; Plan "
        "28,0\N{NO-BREAK SPACE}%. Der Plan ist deutlich verfehlt.",
    ],
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_review_of_the_quarter_speaks_of_its_own_quarter(tmp_path: Path, language: str) -> None:
    """A fiscal year from February: in June its first quarter is the last that has ended."""
    release = make_small_release(tmp_path / RELEASE_ID, *QUARTER)
    texts = [s.text for s in sentences(release, language, "review_quarter")]
    assert [plain(text) for text in texts if text in REVIEW[language]] == list(map(plain, REVIEW[language]))
    assert not any("June" in text or "Juni" in text or "February" in text for text in texts)
    assert check_text("\n\n".join(texts), release, language).findings == ()


def test_the_quarter_of_the_demo_is_that_of_the_scorecard(demo: Company, release: Path) -> None:
    ((green, judged),) = demo.published(
        "select count(*) filter (status = 'green'), count(*) from kpi.kpi.kpi_scorecard where period_type = "
        "'quarter' and period_start = date '2026-04-01' and scope_type = 'company' "
        "and status in ('green', 'amber', 'red')"
    )
    ((signals,),) = demo.published(
        "select count(distinct kpi) from kpi.kpi.kpi_scorecard where is_signal and scope_type = 'company' "
        "and period_type = 'month' and period_start between date '2026-04-01' and date '2026-06-01' "
        "and process_low is not null"
    )
    texts = [s.text for s in sentences(release, "en", "review_quarter")]
    assert judged and texts[0] == f"{green} of {judged} KPIs with a plan are on plan in Q2 2026."
    assert signals and sum("a signal that" in text for text in texts) == signals


def test_a_quarter_of_the_calendar_is_called_by_it(tmp_path: Path) -> None:
    release = make_small_release(tmp_path / RELEASE_ID)
    texts = [s.text for s in sentences(release, "en", "review_quarter")]
    assert [text for text in texts if "Q2" in text] == [
        "No other KPI of the company shows a signal in Q2 2026."
    ]


def test_what_is_not_known_is_one_message(release: Path) -> None:
    with pytest.raises(BadInput, match=r"topic: expected executive or .*, found 'weather'"):
        sentences(release, "en", "weather")
    with pytest.raises(BadInput, match=r"language: expected de or en, found 'fr'"):
        sentences(release, "fr", "data")
