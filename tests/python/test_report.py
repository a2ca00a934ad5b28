"""The page shows what the published file holds, in both languages, and nothing leaves the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from leitstand.errors import BadInput, LeitstandError
from leitstand.report import LANGUAGES, PAGES, Commentary, file_name, render
from leitstand.report.figures import Figures
from leitstand.report.figures import read_figures as read_open
from leitstand.report.funnel import is_chance, wilson
from leitstand.report.pdf import as_pdf
from leitstand.report.periods import TwelveMonths
from leitstand.report.release import open_release, read_head
from leitstand.report.views import ORIGIN_COLOURS, UNKNOWN_COLOUR
from leitstand.report.wording import Wording, read_texts
from report_release import CHANNELS, OVERHEAD, make_release, monthly_cost, pipeline_amount

COMPANY = "Muster & Söhne GmbH"
VOID = {"meta", "link", "br"}
RAW = {"script", "style"}
MONTH_ROW = "period_type = 'month' and period_start = date '2026-06-01'"
K01, K02, K03 = (
    "marketing_contribution_to_pipeline",
    "cost_per_qualified_lead",
    "first_touch_to_sal_rate",
)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    pieces: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        inner = "".join(p if isinstance(p, str) else p.text for p in self.pieces)
        return re.sub(r"[ \n]+", " ", inner).strip()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """All elements below with this tag and these attributes (`data_kpi` for `data-kpi`)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = []
        for child in self.children:
            if tag in ("", child.tag) and wanted.items() <= child.attributes.items():
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]

    def figures(self) -> list[tuple[float, str]]:
        """Every exact value below, with the text that stands for it."""
        return [(float(d.attributes["value"]), d.text) for d in self.all("data")]


class Reader(HTMLParser):
    """Reads a page and refuses one whose elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Element("root", {}, None)
        self.feed(html)
        self.close()
        assert self.at is self.root, f"<{self.at.tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        self.at.pieces.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.pieces.append(data)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def pages(release: Path) -> dict[str, str]:
    return {
        language: executive(release, language=language, company_name=COMPANY) for language in ("de", "en")
    }


def executive(release: Path, *, language: str, company_name: str) -> str:
    """The executive page alone."""
    (html,) = render(release, language=language, company_name=company_name, pages=["executive"]).values()
    return html


@cache
def read(html: str) -> Element:
    return Reader(html).root


def page_of(folder: Path, *statements: str, language: str = "de", **head: object) -> Element:
    """The page of a release that some statements have changed."""
    return read(executive(make_release(folder, *statements, **head), language=language, company_name="X"))


def read_figures(release: Path, language: str) -> Figures:
    """The figures of the executive page."""
    with open_release(release) as published:
        head = read_head(published)
        return read_open(published, head, TwelveMonths(head.last_complete_month), language)


def tile(page: Element, kpi: str) -> Element:
    return page.one("article", data_kpi=kpi)


def test_the_same_release_gives_the_same_bytes_in_another_process(
    release: Path, pages: dict[str, str]
) -> None:
    program = (
        "import sys; from pathlib import Path; from leitstand.report import render;"
        f"page = render(Path({str(release)!r}), language='de', company_name={COMPANY!r}, "
        "pages=['executive']);"
        "sys.stdout.buffer.write(page['index.html'].encode())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert other.stdout.decode() == pages["de"]


def test_the_same_release_gives_the_same_bytes_twice(release: Path, pages: dict[str, str]) -> None:
    assert executive(release, language="en", company_name=COMPANY) == pages["en"]


def test_the_release_is_only_read(release: Path, pages: dict[str, str]) -> None:
    assert [file.name for file in release.iterdir()] == ["kpi.duckdb"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_needs_no_network_and_runs_no_script(pages: dict[str, str], language: str) -> None:
    html, page = pages[language], read(pages[language])
    assert not re.search(r"https?:|//[a-z]|@import|@font-face|javascript:", html, re.IGNORECASE)
    assert not re.search(r"url\((?!#)", html)
    for tag in ("script", "iframe", "img", "object", "embed", "foreignobject"):
        assert page.all(tag) == []
    assert [link.attributes["href"] for link in page.all("link")] == ["data:,"]
    assert not [e for e in page.all() for name in e.attributes if name.startswith("on")]


@pytest.mark.parametrize("language", ["de", "en"])
def test_ids_are_unique_and_every_reference_finds_one(pages: dict[str, str], language: str) -> None:
    elements = read(pages[language]).all()
    ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    referred = {
        name
        for e in elements
        for name in e.attributes.get("aria-labelledby", "").split()
        + re.findall(r"url\(#([^)]+)\)", " ".join(e.attributes.values()))
    }
    assert len(referred) > 20
    assert referred <= set(ids)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_can_be_read_aloud(pages: dict[str, str], language: str) -> None:
    page = read(pages[language])
    assert page.one("html").attributes["lang"] == language
    assert len(page.all("h1")) == 1
    assert all(table.all("caption")[0].text for table in page.all("table"))
    assert all(section.attributes["aria-labelledby"] for section in page.all("section"))
    charts = page.all("svg", class_="chart")
    assert len(charts) == 3 + 6 + 2
    for chart in charts:
        assert chart.attributes["role"] == "img"
        assert chart.one("title").text
        assert chart.one("desc").text
    marks = page.all("svg", class_="mark")
    assert all(mark.attributes["aria-hidden"] == "true" for mark in marks)


def test_the_head_says_what_stands_in_the_release(pages: dict[str, str]) -> None:
    head = read(pages["de"]).one("header")
    assert head.one("h1").text == f"{COMPANY} Juni 2026"
    for text in ("1. Juli 2026, 04:00\xa0UTC", "214 von 214 bestanden", "20260701T040000Z-3f9c2a1"):
        assert text in head.text
    english = read(pages["en"]).one("header").text
    assert "July 1, 2026, 04:00\xa0UTC" in english
    assert "214 of 214 passed" in english


def test_a_tile_shows_month_three_months_plan_and_prior_year(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        "update kpi.kpi.kpi_scorecard set value = 0.4213, plan = 0.4, prior_year = 0.385"
        f" where kpi = '{K01}' and {MONTH_ROW}",
        "update kpi.kpi.kpi_scorecard set value = 0.388, plan = 0.4, prior_year = 0.37,"
        " ci_low = 0.3311, ci_high = 0.4449, sample_size = 1181"
        f" where kpi = '{K01}' and period_type <> 'month' and period_start = '2026-06-01'",
        f"update kpi.kpi.kpi_scorecard set value = 1234.5, plan = 950 where kpi = '{K02}' and {MONTH_ROW}",
    )
    contribution = tile(page, K01)
    assert contribution.one("h3").text == "Marketing-Beitrag zur Pipeline"
    assert contribution.one("p", class_="value").text == "42,1\xa0%Juni 2026"
    assert contribution.one("table").figures() == [
        (0.4213, "42,1\xa0%"), (0.388, "38,8\xa0%"),
        (0.4, "40,0\xa0%"), (0.4, "40,0\xa0%"),
        (pytest.approx(0.05325), "+5,3\xa0%"), (pytest.approx(-0.03), "−3,0\xa0%"),
        (0.385, "38,5\xa0%"), (0.37, "37,0\xa0%"),
    ]  # fmt: skip
    why = contribution.one("p", class_="why").text
    assert "n = 1.181 Verkaufschancen" in why
    assert "33,1\xa0% bis 44,5\xa0%" in why
    cost = tile(page, K02).one("table").figures()
    assert cost[0] == (1234.5, "1.234\xa0€")
    assert cost[4] == (pytest.approx(284.5 / 950), "+29,9\xa0%")


def test_a_deviation_is_good_or_bad_by_the_direction_of_its_kpi(pages: dict[str, str]) -> None:
    for kpi, month, quarter in ((K01, "bad", "bad judged"), (K02, "good", "bad judged")):
        row = tile(read(pages["de"]), kpi).one("tbody").children[2]
        assert [cell.attributes["class"] for cell in row.all("td")] == [month, quarter]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Im Plan", "Beobachten", "Handeln", "Nicht belastbar"]),
        ("en", ["On plan", "Watch", "Act", "Not assessable"]),
    ],
)
def test_a_status_is_told_by_word_shape_and_colour(
    pages: dict[str, str], language: str, words: list[str]
) -> None:
    page = read(pages[language])
    shown = [tile(page, kpi).one("p", class_="status") for kpi in (K01, K02, K03)]
    assert [status.text for status in shown] == words[:3]
    signs = page.one("ul", class_="signs").all("li")[3:]
    assert [sign.text for sign in signs] == words
    shapes = [sign.one("svg").children[0] for sign in signs]
    assert [shape.tag for shape in shapes] == ["circle", "path", "path", "rect"]
    assert len({shape.attributes.get("d") for shape in shapes[1:3]}) == 2
    assert len({shape.attributes["fill"] for shape in shapes}) == 4


def test_what_cannot_be_judged_is_grey_and_says_why(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        "update kpi.kpi.kpi_scorecard set status = 'grey', status_reason = 'no_plan', plan = null"
        f" where kpi = '{K01}'",
        "update kpi.kpi.kpi_scorecard set status = 'grey', status_reason = 'small_sample'"
        f" where kpi = '{K02}'",
    )
    for kpi, reason in ((K01, "kein Plan hinterlegt"), (K02, "zu wenige Fälle")):
        card = tile(page, kpi)
        assert card.one("p", class_="status").text == "Nicht belastbar"
        assert card.attributes["class"] == "card tile grey"
        assert reason in card.one("p", class_="why").text
    plan, deviation = tile(page, K01).one("tbody").children[1:3]
    assert [cell.text for cell in plan.all("td")] == ["k. A.", "k. A."]
    assert [cell.text for cell in deviation.all("td")] == ["k. A.", "k. A."]
    message = page.one("p", class_="message").text
    assert message.startswith("0 von 3 Kennzahlen im Plan.")
    assert (
        "Nicht belastbar: Marketing-Beitrag zur Pipeline (kein Plan hinterlegt);"
        " Kosten pro qualifiziertem Lead (CPL-Q) (zu wenige Fälle)." in message
    )


NO_ACCEPTED_LEADS = (
    f"update kpi.kpi.kpi_scorecard set value = null, denominator = 0 where kpi = '{K02}' and {MONTH_ROW}"
)


def test_a_month_without_cases_has_no_value_and_an_open_one_is_not_shown(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        NO_ACCEPTED_LEADS,
        "update kpi.kpi.kpi_scorecard set value = null, denominator = 0, is_mature = false"
        f" where kpi = '{K03}' and period_start = '2026-06-01'",
        f"update kpi.kpi.kpi_scorecard set is_signal = true where kpi = '{K01}'",
    )
    value = tile(page, K02).one("p", class_="value")
    assert (value.text, value.figures()) == ("k. A.Juni 2026", [])
    assert tile(page, K03).one("span", class_="period").text == "Mai 2026"
    assert tile(page, K01).one("span", class_="period").text == "Juni 2026"
    assert "Ungewöhnlich" in tile(page, K01).one("strong", class_="signal").text
    assert not tile(page, K02).all("strong", class_="signal")


def test_the_key_message_is_made_of_the_figures(pages: dict[str, str]) -> None:
    # new pipeline of June 2026 and 2025: the fixture's amounts, months 23 and 11
    now, before = (sum(pipeline_amount(m, k) for k in range(7)) for m in (23, 11))
    assert (now, before) == (1_634_435, 1_564_268)
    assert read(pages["de"]).one("p", class_="message").text == (
        "1 von 3 Kennzahlen im Plan. Neue Pipeline im Juni 2026: 1,63\xa0Mio.\xa0€"
        " (+4,5\xa0% zum Vorjahresmonat), davon 37,6\xa0% aus dem Marketing."
        " Handeln: Konversion Erstkontakt zu SAL mit 2,48\xa0% in drei Monaten"
        " 17,4\xa0% unter Plan. Beobachten: Kosten pro qualifiziertem Lead (CPL-Q) mit"
        " 1.040\xa0€ in drei Monaten 8,4\xa0% über Plan."
    )
    assert (
        read(pages["en"])
        .one("p", class_="message")
        .text.startswith("1 of 3 KPIs on plan. New pipeline in June 2026: €1.63M (+4.5% on the year before)")
    )


def test_the_funnel_counts_leads_of_marketing_in_twelve_months(pages: dict[str, str]) -> None:
    table = read(pages["de"]).one("section", aria_labelledby="funnel-heading").one("table")
    rows = {row.attributes["data-stage"]: row for row in table.one("tbody").children}
    entered = [row.one("td", class_="bar-cell").figures()[0] for row in rows.values()]
    assert entered == [
        (28800, "28.800"), (5040, "5.040"), (1584, "1.584"), (744, "744"), (432, "432"),
        (228, "228"), (60, "60"),
    ]  # fmt: skip
    assert rows["sal"].figures()[1] == (pytest.approx(61 / 132), "46,2\xa0%")
    # Wilson by hand for 732 of 1584: 0.43771 to 0.48674
    assert "43,8\xa0% bis 48,7\xa0%" in rows["sal"].text
    assert "Plan 55,0\xa0%" in rows["sal"].text
    assert "Vj. 56,1\xa0%" in rows["sal"].text
    assert [name for name, row in rows.items() if "after" in row.attributes["class"]] == [
        "sql",
        "opportunity",
        "won",
    ]


def test_the_largest_leak_is_counted_in_lost_accepted_leads(
    release: Path, tmp_path: Path, pages: dict[str, str]
) -> None:
    # 1584 MQLs x (0.55 - 61/132) = 871.2 - 732 = 139.2
    assert "größtes Leck MQL → SAL, 139 SAL unter Plan" in read(pages["de"]).text
    # 5040 inquiries x (0.40 - 130/420) = 456 MQLs, of which 61/132 would be accepted: 210.7
    other = make_release(
        tmp_path,
        "update kpi.kpi.kpi_scorecard set plan = 0.40 where kpi = 'inquiry_to_mql_rate'",
    )
    leak = read_figures(other, "de").funnel.largest_leak
    assert leak is not None
    assert (leak.stage.stage, round(leak.lost, 1)) == ("mql", 210.7)


def test_a_funnel_without_a_gap_or_without_plans_claims_none(tmp_path: Path) -> None:
    on_plan = make_release(tmp_path / "a", "update kpi.kpi.kpi_scorecard set plan = 0.1")
    funnel = read_figures(on_plan, "de").funnel
    assert (funnel.largest_leak, funnel.has_plans) == (None, True)
    no_plan = make_release(tmp_path / "b", "update kpi.kpi.kpi_scorecard set plan = null")
    funnel = read_figures(no_plan, "de").funnel
    assert (funnel.largest_leak, funnel.has_plans) == (None, False)


@pytest.mark.parametrize(
    ("converted", "cases", "low", "high"),
    [
        (12, 40, 0.1807, 0.4543),
        (0, 10, 0.0, 0.2775),
        (3, 3, 0.4385, 1.0),
        (120, 400, 0.2572, 0.3466),
    ],
)
def test_intervals_are_those_of_the_definitions(converted: int, cases: int, low: float, high: float) -> None:
    assert wilson(converted, cases) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_no_cases_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table II, method 10: intervals with and without 0
        ((56, 70), (48, 80), False),
        ((3, 10), (9, 10), False),
        ((6, 7), (2, 7), False),
        ((5, 56), (0, 29), True),
        ((0, 10), (0, 20), True),
        ((1, 2), (0, 0), True),
    ],
)
def test_rates_differ_by_chance_or_not(now: tuple[int, int], before: tuple[int, int], expected: bool) -> None:
    assert is_chance(now, before) is expected


def test_the_pipeline_table_equals_the_file(release: Path, pages: dict[str, str]) -> None:
    with duckdb.connect(release / "kpi.duckdb", read_only=True) as connection:
        total, sourced, influenced = connection.execute(
            "select sum(new_pipeline_amount),"
            " sum(new_pipeline_amount) filter (where origin_path = 'marketing'),"
            " sum(influenced_pipeline_amount)"
            " from kpi.kpi.kpi_pipeline_contribution where month >= '2025-07-01'"
        ).fetchall()[0]
    section = read(pages["de"]).one("section", aria_labelledby="pipeline-heading")
    rows = section.one("table", class_="months").one("tbody").children
    assert len(rows) == 12
    figures = [[value for value, _ in row.figures()] for row in rows]
    assert sum(row[-1] for row in figures) == total
    assert all(sum(row[:-1]) == row[-1] for row in figures)
    shares = {
        row.attributes["data-share"]: row.figures()[1][0]
        for row in section.all("tr", data_share="sourced") + section.all("tr", data_share="influenced")
    }
    assert shares == {
        "sourced": pytest.approx(float(sourced / total)),
        "influenced": pytest.approx(float(influenced / total)),
    }
    labels = section.one("svg", aria_labelledby="pipeline-wide-title pipeline-wide-desc")
    drawn = {text.text for text in labels.all("text")}
    assert {f"{row[-1] / 1e6:.2f}".replace(".", ",") for row in figures} <= drawn
    # no opportunity came in through the product, so it is no part of the picture
    assert "Produkt" not in section.one("ul", class_="legend").text


def test_costs_by_channel_close_to_the_full_cost(pages: dict[str, str]) -> None:
    section = read(pages["de"]).one("section", aria_labelledby="costs-heading")
    rows = {
        row.attributes["data-channel"]: row for row in section.all("tr") if "data-channel" in row.attributes
    }
    cost = {name: sum(monthly_cost(m, base) for m in range(12, 24)) for name, _, _, base, *_ in CHANNELS}
    assert {name: rows[name].figures()[0][0] for name in cost} == cost
    assert rows["overhead"].figures()[0][0] == 12 * OVERHEAD
    total = rows["total"].figures()
    assert total[0][0] == sum(cost.values()) + 12 * OVERHEAD
    assert total[1] == (669, "669")
    assert total[2][0] == pytest.approx(total[0][0] / 669)
    search = rows["paid_search"].figures()
    assert search[1] == (214, "214")
    assert search[2][0] == pytest.approx(cost["paid_search"] / 214)
    assert search[3][0] == pytest.approx(cost["paid_search"] / 520)


def test_spend_without_output_is_said_and_small_channels_are_grey(pages: dict[str, str]) -> None:
    for language, words in (
        ("de", "Ausgaben ohne qualifizierten Lead"),
        ("en", "spent without a qualified lead"),
    ):
        page = read(pages[language])
        assert words in page.one("tr", data_channel="display").text
        assert words not in page.one("tr", data_channel="referral").text
    page = read(pages["de"])
    assert "n < 30" in page.one("tr", data_channel="referral").text
    small = {row.attributes["data-channel"] for row in page.all("tr", class_="small")}
    assert small == {"display", "referral"}


def page_named(name: str, release: Path, language: str = "de") -> Element:
    """Another page than the executive one."""
    (html,) = render(release, language=language, company_name=COMPANY, pages=[name]).values()
    return read(html)


def test_the_state_of_the_data_counts_what_was_set_aside(release: Path, tmp_path: Path) -> None:
    page = page_named("data", release)
    assert "15 von 191.930 Zeilen ausgesondert" in page.one("section", aria_labelledby="gate-heading").text
    state = page.one("section", aria_labelledby="state-heading")
    assert [v for v, _ in state.one("tr", data_connection="crm").figures()] == [22285, 14]
    assert "2026-01" in state.text
    page = page_named(
        "data",
        make_release(
            tmp_path,
            "update meta.data_state set rows_quarantined = 0",
            checks_passed=200,
            checks_failed=14,
            weakened_marts=["kpi_funnel_conversion", "kpi_scorecard"],
        ),
    )
    gate = page.one("section", aria_labelledby="gate-heading")
    assert "Alle 191.930 Zeilen übernommen, keine ausgesondert" in gate.text
    assert "200 von 214 bestanden" in gate.text
    assert "Eingeschränkt: kpi_funnel_conversion, kpi_scorecard" in gate.text


def test_the_data_page_says_what_is_not_right(release: Path, tmp_path: Path) -> None:
    folder = make_release(tmp_path)
    (folder / "gate").mkdir()
    checks = [
        {"name": "all_is_well", "status": "passed", "meaning": "x", "failures": 0},
        {"name": "rows_add_up", "status": "failed", "meaning": "A row too many.", "failures": 3},
        {
            "name": "rules_stay_rare",
            "status": "warned",
            "meaning": "A row is a rule.",
            "meaning_de": "Eine Zeile ist eine Regel.",
            "failures": 1,
        },
    ]
    (folder / "gate" / "gate.json").write_text(json.dumps({"checks": checks}), encoding="utf-8")
    page = page_named("data", folder)
    gate = page.one("section", aria_labelledby="gate-heading").text
    assert "rows_add_up" in gate and "nicht bestanden" in gate and "all_is_well" not in gate
    assert "A row is" not in gate
    spans = page.one("section", aria_labelledby="gate-heading").all("span")
    spoken = {span.text: span.attributes["lang"] for span in spans if "lang" in span.attributes}
    assert spoken == {"A row too many.": "en", "Eine Zeile ist eine Regel.": "de"}
    # 240 of 12 months' 1200 declarations are contradicted
    verdicts = page.one("section", aria_labelledby="verdicts-heading")
    assert "20,0\xa0%" in verdicts.text
    assert "+3" in page.one("section", aria_labelledby="restatements-heading").text
    assert "spät eingetroffen" in page.one("section", aria_labelledby="restatements-heading").text
    assert "+12,3\xa0%" in page.one("section", aria_labelledby="invoices-heading").text
    (folder / "gate" / "gate.json").write_text("[]", encoding="utf-8")
    with pytest.raises(LeitstandError, match="expected the checks that the gate wrote"):
        page_named("data", folder)


def test_the_review_says_what_became_of_decisions_and_what_needs_deciding(release: Path) -> None:
    month = page_named("review_month", release)
    decisions = month.one("section", aria_labelledby="review-decisions-heading")
    assert [row.attributes["data-decision"] for row in decisions.all("tr") if row.attributes] == [
        "form",
        "rota",
    ]
    assert "Marketing-Beitrag zur Pipeline: 40,0\xa0% – 50,0\xa0%" in decisions.text
    agenda = month.one("section", aria_labelledby="agenda-heading").all("li")
    kinds = [item.attributes["data-kind"] for item in agenda]
    # the proposal first, then the decision of the quarter whose day has passed, then figures
    assert kinds[:2] == ["proposed", "overdue"]
    assert {"leak", "spent"} <= set(kinds)
    definitions = month.one("section", aria_labelledby="definitions-heading")
    assert "Seit first, veröffentlicht am 02.05.2026" in definitions.text
    changed = definitions.one("tbody").children[0]
    assert [cell.text for cell in changed.children] == ["kpi_targets", "0", "0", "4", "1"]
    quarter = page_named("review_quarter", release)
    assert "Budget verschieben" in quarter.one("section", aria_labelledby="review-decisions-heading").text


def test_the_executive_page_asks_for_decisions_and_shows_the_hand_over(pages: dict[str, str]) -> None:
    page = read(pages["de"])
    decisions = page.one("section", aria_labelledby="decisions-heading").all("li")
    assert [item.attributes["data-decision"] for item in decisions] == ["form", "budget", "rota"]
    assert "überfällig" in decisions[1].text
    handover = page.one("section", aria_labelledby="handover-heading")
    # of three months' 90 and 30: three quarters for want of interest
    assert handover.all("table")[-1].figures() == [
        (90, "90"), (0.75, "75,0\xa0%"), (30, "30"), (0.25, "25,0\xa0%"),
    ]  # fmt: skip
    assert "300 min" in handover.text


def test_every_page_of_the_site_is_whole(release: Path) -> None:
    """Each names its release and sources, and allows its own script and style by their digests only."""
    for language in LANGUAGES:
        site = render(release, language=language, company_name=COMPANY)
        assert list(site) == [file_name(page) for page in PAGES]
        for name, html in site.items():
            page = read(html)
            assert len(html.encode()) < 2_000_000
            assert "20260701T040000Z-3f9c2a1" in page.one("footer").text
            cards = [e for e in page.all("section") if "card" in e.attributes.get("class", "")]
            assert cards and all(card.all("p", class_="source") for card in cards)
            policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
            programs = [s for s in page.all("script") if s.attributes.get("type") != "application/json"]
            for element in [*page.all("style"), *programs]:
                (text,) = element.pieces
                digest = base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()
                assert f"'sha256-{digest}'" in policy, name
            assert "unsafe" not in policy and policy.startswith("default-src 'none'")
            assert not [e for e in page.all() if "style" in e.attributes]
            links = {link.attributes["href"] for link in page.one("nav").all("a")}
            assert links == set(site)
            figures = [e for e in page.all("data") if "data-f" in e.attributes]
            assert all("kpi_" in e.attributes["title"] for e in figures)


def test_working_pages_add_up_the_published_rows(release: Path) -> None:
    page = page_named("pipeline", release)
    bridge = page.one("section", aria_labelledby="bridge-heading")
    # twelve months of the fixture's steps
    assert [value for value, _ in bridge.figures()] == [
        12 * step for step in (20, 1000, -4, -300, -3, 0, 0, 0, 0, 0, 0, 50, 13, 750, 9, 500, 4, 250)
    ]
    models = page.one("section", aria_labelledby="models-heading").all("table")[0]
    assert [value for value, _ in models.figures()] == [0.4, 0.75, 0.6, 0.25]
    handover = page_named("handover", release)
    leaks = handover.one("section", aria_labelledby="leakage-heading")
    assert [value for value, _ in leaks.figures()][:3] == [12 * 9, 12 * 9000, 12 * 9000]
    reasons = handover.one("section", aria_labelledby="reasons-heading").all("table")[1]
    # of those sent back, as on the executive page; the year before the same
    assert [value for value, _ in reasons.figures()] == [12 * 30, 0.75, 0, 12 * 10, 0.25, 0]


def test_a_rate_of_amounts_is_read_in_per_cent(tmp_path: Path) -> None:
    """Whatever the agreement calls its unit; a multiple stays one."""
    renamed = "update kpi.kpi.kpi_scorecard set kpi = '{}', unit = 'ratio', value = 0.0189 where kpi = '{}'"
    named = {"budget_variance_rate": "first_touch_to_sal_rate", "marketing_roi": K02}
    release = make_release(tmp_path / "a", *(renamed.format(*names) for names in named.items()))
    page = page_named("efficiency", release)
    shown = {kpi: page.one("tr", data_kpi=kpi).all("td")[0].text for kpi in named}
    assert shown == {"budget_variance_rate": "1,89\xa0%", "marketing_roi": "0,02"}


def test_the_formula_of_a_kpi_is_the_published_one(release: Path, pages: dict[str, str]) -> None:
    for language, formula in (("de", "Kosten ÷ angenommene Leads"), ("en", "Cost ÷ accepted leads")):
        page = read(pages[language])
        assert formula in tile(page, K02).attributes["title"]
        assert formula in page.one("footer").text
        (html,) = render(release, language=language, company_name="X", pages=["efficiency"]).values()
        (row,) = read(html).all("tr", data_kpi=K02)
        assert formula in row.one("dfn").attributes["title"]


def test_commentary_stands_on_its_page_with_its_sources_and_stays_text(release: Path) -> None:
    said = ("Ein Satz.", "<b>Noch einer.</b>")
    commentary = {"pipeline": Commentary(said, ("kpi_scorecard",), frozenset(said[1:]))}
    for name in ("pipeline", "handover"):
        (html,) = render(
            release, language="de", company_name="X", pages=[name], commentary=commentary
        ).values()
        sections = read(html).all("section", aria_labelledby="commentary-heading")
        texts = [[item.text for item in section.all("li")] for section in sections]
        assert texts == ([["Ein Satz.", "<b>Noch einer.</b>"]] if name == "pipeline" else [])
        for section in sections:
            assert [item.text for item in section.all("li", class_="printed")] == [said[1]]
            assert "kpi_scorecard" in section.one("p", class_="source").text
            assert "segment" in section.one("p", class_="unfiltered").attributes["data-without"]


@pytest.mark.parametrize(
    ("marts", "marked"),
    [
        ([], set()),
        (["kpi_stage_duration"], {"page"}),
        (["kpi_cost_per_qualified_lead"], {"page", "costs"}),
        (["kpi_scorecard"], {"page", "funnel", "pipeline", "tile"}),
        (["kpi_funnel_conversion", "kpi_pipeline_contribution"], {"page", "funnel", "pipeline"}),
    ],
)
def test_figures_published_weakened_are_marked(marts: list[str], marked: set[str], tmp_path: Path) -> None:
    """Each section, and each KPI, that reads a table which a failed check makes untrustworthy."""
    page = page_of(tmp_path, weakened_marts=marts)
    found = {"page"} if page.all("p", class_="doubt whole") else set()
    for name in ("funnel", "pipeline", "costs"):
        section = page.one("section", class_=f"card {name}")
        found |= {name} if section.all("p", class_="doubt") else set()
    tiles = [bool(tile.all("p", class_="doubt")) for tile in page.all("article")]
    assert len(tiles) == 3 and len(set(tiles)) == 1
    assert found | ({"tile"} if tiles[0] else set()) == marked


def test_names_are_escaped(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\"'&{x}"
    quoted = hostile.replace("'", "''")
    release = make_release(
        tmp_path,
        f"update kpi.kpi.dim_channel set label_de = '{quoted}' where channel = 'paid_search'",
        f"update kpi.kpi.kpi_cost_per_qualified_lead set channel = '{quoted}' where channel = 'email'",
        f"update kpi.kpi.dim_origin_path set label_de = '{quoted}' where origin_path = 'sales'",
        f"update kpi.kpi.dim_stage set label_de = '{quoted}' where stage = 'inquiry'",
        f"update kpi.kpi.kpi_scorecard set label_de = '{quoted}' where kpi = '{K01}'",
        f"update meta.data_state set connection = '{quoted}' where connection = 'web'",
        release_id=hostile,
        definition_version=hostile,
    )
    html = executive(release, language="de", company_name=hostile)
    assert "<script" not in html
    page = read(html)
    assert page.all("script") == []
    assert page.one("h1").text.startswith(hostile)
    assert page.one("tr", data_channel=hostile).one("th").text == hostile
    assert page.one("tr", data_channel="paid_search").one("th").text == hostile
    assert tile(page, K01).one("h3").text == hostile
    assert page.one("tr", data_stage="inquiry").one("th").text == hostile


def test_a_release_without_any_figures_still_makes_a_page(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        *(
            f"delete from {table}"
            for table in (
                "kpi.kpi.kpi_scorecard",
                "kpi.kpi.kpi_funnel_conversion",
                "kpi.kpi.kpi_pipeline_contribution",
                "kpi.kpi.kpi_cost_per_qualified_lead",
                "meta.data_state",
            )
        ),
    )
    assert [card.one("p", class_="status").text for card in page.all("article")] == ["Nicht belastbar"] * 3
    assert page.one("p", class_="message").text.startswith("0 von 3 Kennzahlen im Plan.")
    assert page.one("tr", data_channel="total").figures()[0] == (0, "0\xa0€")


def test_without_visitors_the_conversion_begins_at_the_inquiry(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        "update kpi.kpi.kpi_scorecard set kpi = 'inquiry_to_sal_rate',"
        f" label_de = 'Konversion Anfrage zu SAL' where kpi = '{K03}'",
        "delete from kpi.kpi.kpi_funnel_conversion where from_stage = 'first_touch'",
    )
    assert tile(page, "inquiry_to_sal_rate").one("h3").text == "Konversion Anfrage zu SAL"
    assert "n = 7.230 Anfragen" in page.text
    assert "innerhalb von 104 Tagen" in page.one("footer").text
    assert not page.all("tr", data_stage="first_touch")


@pytest.mark.parametrize(
    ("as_of", "month"),
    [("2026-07-01 00:00:00", "2026-06-01"), ("2026-06-30 21:00:00", "2026-05-01")],
)
def test_the_month_is_the_last_one_that_was_complete(tmp_path: Path, as_of: str, month: str) -> None:
    figures = read_figures(make_release(tmp_path, as_of=as_of), "de")
    assert figures.month.isoformat() == month
    assert {t.month.period_start.isoformat() for t in figures.tiles} == {month}


def test_both_languages_say_the_same_things() -> None:
    def keys(texts: object, prefix: str = "") -> dict[str, set[str]]:
        if isinstance(texts, dict):
            return {
                key: names
                for name, inner in texts.items()
                for key, names in keys(inner, f"{prefix}.{name}").items()
            }
        return {prefix: set(re.findall(r"\{(\w+)\}", str(texts)))}

    assert keys(read_texts("de")) == keys(read_texts("en"))


def test_every_reason_of_the_scorecard_has_words() -> None:
    description = Path(__file__).parents[2] / "models" / "marts" / "kpi" / "kpi_scorecard.yml"
    stated = re.search(r'"Why: ([^"]+)"', description.read_text(encoding="utf-8"))
    assert stated is not None
    codes = set(re.findall(r"[a-z]+_[a-z_]+", stated.group(1)))
    for language in ("de", "en"):
        assert codes == set(read_texts(language)["reasons"])


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (999_499, "999.499\xa0€", "€999,499"),
        (1_034_000, "1,03\xa0Mio.\xa0€", "€1.03M"),
        (-12, "−12\xa0€", "−€12"),
        (None, "k. A.", "n/a"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(
    amount: int | None, german: str, english: str
) -> None:
    assert Wording("de", "EUR").short_money(amount) == german
    assert Wording("en", "EUR").short_money(amount) == english


def test_the_reporting_currency_is_shown(tmp_path: Path) -> None:
    page = page_of(tmp_path, NO_ACCEPTED_LEADS, language="en", reporting_currency="CHF")
    assert "€" not in page.text
    cost = tile(page, K02)
    assert cost.one("p", class_="value").text == "n/aJune 2026"
    assert cost.one("tbody").children[1].one("td", class_="judged").text == "CHF\xa0960"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 computes it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_enough_to_read(pages: dict[str, str]) -> None:
    css = read(pages["de"]).one("style").text
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", css))
    for name in ("ink", "text", "muted", "accent", "green", "amber", "red", "grey"):
        assert contrast(colours[name], "#f1f4f8") >= 4.5, name
    pills = re.findall(r"\.status\{[^}]*background:(#[0-9a-f]{6});color:(#[0-9a-f]{6})", css)
    assert len(pills) == 4
    for background, colour in pills:
        assert contrast(colour, background) >= 4.5
    for colour in (*ORIGIN_COLOURS, UNKNOWN_COLOUR, colours["prior"], colours["plan"]):
        assert contrast(colour, "#ffffff") >= 3, colour


def test_a_folder_without_a_published_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"kpi\.duckdb: expected a published file, found none"):
        render(tmp_path, language="de", company_name="X")


def test_an_unknown_language_is_bad_input(release: Path) -> None:
    with pytest.raises(BadInput, match="expected de or en, found 'fr'"):
        render(release, language="fr", company_name="X")


def test_a_file_without_the_published_tables_is_named(tmp_path: Path) -> None:
    duckdb.connect(tmp_path / "kpi.duckdb").close()
    with pytest.raises(LeitstandError, match=r"kpi\.duckdb: expected the published tables"):
        render(tmp_path, language="de", company_name="X")


def test_the_month_is_that_of_the_reporting_time_zone(tmp_path: Path) -> None:
    """22:30 UTC on 30 June is half past midnight on 1 July in Berlin: June is complete."""
    release = make_release(tmp_path / "release", as_of="2026-06-30 22:30:00")
    assert "Juni 2026" in executive(release, language="de", company_name="Muster GmbH")


def test_the_smallest_sample_is_that_of_the_agreement(tmp_path: Path) -> None:
    """With a minimum of no case nothing is greyed for being small."""
    strict = executive(make_release(tmp_path / "a", minimum_sample=10**6), language="en", company_name="x")
    lax = executive(make_release(tmp_path / "b", minimum_sample=0), language="en", company_name="x")
    assert strict.count('class="small"') > 0
    assert lax.count('class="small"') == 0


def test_without_weasyprint_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(BadInput, match="expected the package weasyprint and the library pango"):
        as_pdf("<p>x</p>")
