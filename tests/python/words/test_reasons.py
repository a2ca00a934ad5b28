"""Why leads came back: the sentence of a release whose hand-overs are few enough to count."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_release import make_small_release

from leitstand.words import check_text, sentences

# From April to June 60 came back with a reason due, 30 of them for no need; from January to March 10 of 40.
SAID = {
    "en": "The most frequent reason for sending leads back in the three months to June 2026 is “No need”: "
    "50.0% of 60 leads (95% interval 37.7% to 62.3%){change}.{doubt}",
    "de": "Der häufigste Grund der Rückgabe in den drei Monaten bis Juni 2026 ist „Kein Bedarf“: "
    "50,0\N{NO-BREAK SPACE}% von 60 Leads (95-%-Intervall 37,7\N{NO-BREAK SPACE}% bis "
    "62,3\N{NO-BREAK SPACE}%){change}.{doubt}",
}
RISE = {
    "en": ", +25.0 percentage points against the period before",
    "de": ", +25,0 Prozentpunkte gegenüber dem Zeitraum davor",
}
NO_NEED = {"en": "No need", "de": "Kein Bedarf"}
TEN = "update kpi.kpi.kpi_handover set handovers = 10 where month = date '2026-01-01'"
CASES = {
    "clear": ((), RISE, {"en": "", "de": ""}),
    "few": (
        ("update meta.release set minimum_sample = 61",),
        RISE,
        {"en": " Too few cases to judge.", "de": " Für ein Urteil sind es zu wenige Fälle."},
    ),
    "chance": (
        # 2 of 8 before: too few to tell a quarter from a half
        ("update kpi.kpi.kpi_handover set handovers = handovers / 5 where month < date '2026-04-01'",),
        RISE,
        {"en": " The change is within chance.", "de": " Die Veränderung liegt im Rahmen des Zufalls."},
    ),
    "hardly any": (
        # 500 of 1,001 before: a twentieth of a point
        (
            "update kpi.kpi.kpi_handover set handovers = 500 where month = date '2026-03-01'",
            "update kpi.kpi.kpi_handover set handovers = 501 where month = date '2026-01-01'",
        ),
        {
            "en": ", +0.05 percentage points against the period before",
            "de": ", +0,05 Prozentpunkte gegenüber dem Zeitraum davor",
        },
        {"en": " The change is within chance.", "de": " Die Veränderung liegt im Rahmen des Zufalls."},
    ),
    "unchanged": (
        (TEN,),
        {
            "en": ", unchanged against the period before",
            "de": ", unverändert gegenüber dem Zeitraum davor",
        },
        {"en": "", "de": ""},
    ),
    "nothing before": (
        ("delete from kpi.kpi.kpi_handover where month < date '2026-04-01'",),
        {"en": "", "de": ""},
        {"en": "", "de": ""},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_reason_most_often_given(tmp_path: Path, case: str, language: str) -> None:
    statements, change, doubt = CASES[case]
    release = make_small_release(tmp_path / "2026-07-01-0123456789", *statements)
    texts = [s.text for s in sentences(release, language, "handover")]
    said = SAID[language].format(change=change[language], doubt=doubt[language])
    assert said in texts, texts
    assert check_text(said, release, language).is_proven


@pytest.mark.parametrize(
    ("given", "others", "named"),
    [
        ("outside_list", (), {"en": "outside_list", "de": "outside_list"}),
        ("(not set)", (), {"en": "not given", "de": "nicht angegeben"}),
        # 20 each: the first by its code, as on the page
        ("no_interest", ("bad_data", "outside_list"), {"en": "Wrong data", "de": "Daten falsch"}),
    ],
    ids=["unknown", "not given", "tie"],
)
def test_the_reason_is_the_first_of_all(
    tmp_path: Path, given: str, others: tuple[str, ...], named: dict[str, str]
) -> None:
    """Those that are not in the agreed list included; the pages name them so, too."""
    count = 20 if others else 60
    release = make_small_release(
        tmp_path / "2026-07-01-0123456789",
        "delete from kpi.kpi.kpi_handover where rejection_reason <> '(none)' and month >= date '2026-04-01'",
        *(
            f"insert into kpi.kpi.kpi_handover values (date '2026-06-01', '{reason}', {handovers})"
            for reason, handovers in {given: count, **dict.fromkeys(others, 20), "other": 5}.items()
        ),
    )
    for language, label in named.items():
        start = SAID[language].partition(":")[0]
        (said,) = (s.text for s in sentences(release, language, "handover") if s.text.startswith(start[:30]))
        assert said.startswith(start.replace(NO_NEED[language], label))
        assert check_text(said, release, language).is_proven


def test_without_a_reason_nothing_is_said(tmp_path: Path) -> None:
    nothing = "delete from kpi.kpi.kpi_handover where rejection_reason <> '(none)'"
    release = make_small_release(tmp_path / "2026-07-01-0123456789", nothing)
    assert not any("reason" in s.text for s in sentences(release, "en", "handover"))
