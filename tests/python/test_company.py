"""The synthetic company: same seed same bytes, believable figures, noise as stated, files as they come."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from company_exports import BERLIN, Exports, Row, cents, digests, read, utc
from leitstand.config import PROJECT_ROOT, load_company
from leitstand.land import land

LAST_INSTANT = dt.datetime(2026, 6, 30, 22, 0)  # midnight in Berlin, in UTC
MONTHS = [f"{2024 + (6 + n) // 12}-{(6 + n) % 12 + 1:02}" for n in range(24)]
STEADY = MONTHS[6:]  # the first half year fills the funnel
SAME_FOR_EVERY_SEED = {
    "crm/kampagnen.csv",
    "finance/Marketingkosten.csv",
    "finance/Vertriebskosten.csv",
    *(f"{name}_ads/campaigns.csv" for name in ("google", "linkedin", "microsoft")),
    "meta_ads/campaigns.tsv",
}

# ---------- determinism


def test_the_same_seed_gives_the_same_bytes(company_runs: dict[str, Path]) -> None:
    assert digests(company_runs["here"]) == digests(company_runs["again"])


def test_another_seed_gives_another_company(company_runs: dict[str, Path]) -> None:
    here, other = digests(company_runs["here"]), digests(company_runs["other"])
    assert here.keys() == other.keys()
    assert {name for name in here if here[name] == other[name]} == SAME_FOR_EVERY_SEED


# ---------- sizes and figures


def test_the_company_has_the_stated_size(exports: Exports) -> None:
    people = len(exports.origin)
    anonymous = {t["visitor_id"] for t in exports.touches} - {None} - exports.person_of.keys()
    assert 19_000 <= people <= 21_000
    assert 44_000 <= len(anonymous) <= 46_500
    assert len(exports.crm("firmen.csv")) == 3_500
    assert {row["Rolle"] for row in exports.crm("benutzer.csv")} == {
        "sales",
        "sdr",
        "marketing",
        "integration",
    }
    countries = Counter(row["Land"] for row in exports.crm("firmen.csv"))
    dach = sum(countries[name] for name in ("Deutschland", "Österreich", "Schweiz"))
    assert 0.85 <= dach / 3_500 < 1


def test_three_quarters_of_the_leads_come_through_marketing(exports: Exports) -> None:
    share = Counter(exports.origin.values())
    assert 0.73 <= share["marketing"] / len(exports.origin) <= 0.80
    assert set(share) == {
        "marketing",
        "sales",
        "sdr_outbound",
        "partner",
        "customer_expansion",
        "unknown",
    }


def test_monthly_volumes_are_plausible(exports: Exports) -> None:
    own = [row for row in exports.leads if not row["Altsystem-ID"]]  # the others came with the old CRM
    leads = Counter(f"{at:%Y-%m}" for row in own if (at := utc(row["Angelegt am"])) is not None)
    mqls, sals = exports.monthly("mql"), exports.monthly("sal")
    marketing_sals = exports.monthly("sal", "marketing")

    def mean(counts: Counter[str]) -> float:
        return sum(counts[month] for month in STEADY) / len(STEADY)

    assert 700 <= mean(leads) <= 900
    assert 200 <= mean(mqls) <= 260
    assert 110 <= mean(sals) <= 210
    assert 100 <= mean(marketing_sals) <= 140
    inquiries = sum(exports.monthly("inquiry", "marketing").values())
    assert 0.26 <= sum(exports.monthly("mql", "marketing").values()) / inquiries <= 0.34
    acceptance = sum(marketing_sals.values()) / sum(exports.monthly("mql", "marketing").values())
    assert 0.53 <= acceptance <= 0.65


def test_pipeline_is_plausible(exports: Exports) -> None:
    deals = [row for row in exports.key("opportunities.csv") if row["entered_at"][:7] in STEADY]
    amount: Counter[str] = Counter()
    for row in deals:
        amount[row["origin_path"]] += round(float(row["entry_amount"]))
    total = sum(amount.values())
    assert 40 <= len(deals) / len(STEADY) <= 50
    assert 1_300_000 <= total / len(STEADY) <= 1_700_000
    assert 0.45 <= amount["marketing"] / total <= 0.55
    amounts = sorted(float(row["entry_amount"]) for row in deals)
    assert 25_000 <= amounts[len(amounts) // 2] <= 31_000
    assert 5 <= sum(row["currency"] == "CHF" for row in deals) <= 80


def test_a_quarter_of_the_closed_offers_is_won_after_two_to_seven_months(exports: Exports) -> None:
    closed = {row["Verkaufschance-ID"]: row for row in exports.crm("verkaufschancen.csv")}
    won, lost, days = 0, 0, []
    for row in exports.key("opportunities.csv"):
        deal = closed[row["opportunity_id"]]
        if row["entered_at"] and deal["Phase"] in ("Gewonnen", "Verloren"):
            won += deal["Phase"] == "Gewonnen"
            lost += deal["Phase"] == "Verloren"
            closed_at = utc(deal["Abgeschlossen am"])
            assert closed_at is not None
            days.append((closed_at - dt.datetime.fromisoformat(row["entered_at"])).days)
    assert 0.21 <= won / (won + lost) <= 0.31
    assert min(days) >= 50
    assert max(days) <= 210


def test_costs_are_plausible(exports: Exports) -> None:
    costs = read(exports.folder / "finance/Marketingkosten.csv", "windows-1252", ";")
    by_kind: Counter[str] = Counter()
    for row in costs:
        if row["Bis"].endswith("2026") and row["Von"] == "01.01.2026" and row["Bis"] == "31.12.2026":
            by_kind[row["Kostenart"]] += cents(row["Betrag netto (€ / $)"]) // 2  # half a year of it
        else:
            by_kind[row["Kostenart"]] += cents(row["Betrag netto (€ / $)"])
    media = sum(
        cents(row["Nettobetrag"])
        for row in read(exports.folder / "finance/rechnungen.csv", "windows-1252", ";")
    )
    assert 40_000 <= media / 2_400 <= 56_000
    assert 30_000 <= by_kind["Programmkosten"] / 2_400 <= 40_000
    assert 40_000 <= by_kind["Gemeinkosten"] / 2_400 <= 50_000
    sals = sum(exports.monthly("sal", "marketing").values())
    assert 1_000 <= (media + sum(by_kind.values())) / 100 / sals <= 1_400


def test_weekends_and_nights_are_thin_and_fairs_are_peaks(exports: Exports) -> None:
    local = [t["happened_at"].replace(tzinfo=dt.UTC).astimezone(BERLIN) for t in exports.touches]
    weekday = Counter(at.weekday() for at in local)
    assert (weekday[5] + weekday[6]) / 2 < 0.3 * sum(weekday[day] for day in range(5)) / 5
    night = sum(at.hour < 6 for at in local)
    assert night < 0.05 * len(local)
    fair = sum(
        t["touch_type"] == "event" for t in exports.touches if f"{t['happened_at']:%Y-%m}" == "2026-04"
    )
    quiet = sum(
        t["touch_type"] == "event" for t in exports.touches if f"{t['happened_at']:%Y-%m}" == "2026-01"
    )
    assert fair > 10 * max(quiet, 1)
    inquiries = exports.monthly("inquiry")
    assert inquiries["2024-12"] < 0.7 * inquiries["2024-11"]
    assert inquiries["2025-08"] < 0.8 * inquiries["2025-09"]
    year = [sum(inquiries[m] for m in MONTHS[a:b]) for a, b in ((0, 12), (12, 24))]
    assert 1.03 <= year[1] / year[0] <= 1.20


# ---------- the answer key against the exports


def test_each_record_belongs_to_one_true_person(exports: Exports) -> None:
    key: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in exports.key("persons.csv"):
        key[row["connection"], row["record_type"]].append(row["record_id"])
    written = {
        ("crm", "lead"): [row["Lead-ID"] for row in exports.leads],
        ("crm", "contact"): [row["Kontakt-ID"] for row in exports.contacts],
        ("crm_legacy", "lead"): [row["Nr"] for row in exports.legacy("interessenten.csv")],
        ("automation", "lead"): [row["contact_id"] for row in exports.automation("contacts.csv")],
    }
    for records, keys in written.items():
        assert sorted(keys) == sorted(key[records]), records
    visitors = key["web", "visitor"]
    seen = {touch["visitor_id"] for touch in exports.touches}
    seen |= {row["visitor_id"] for row in exports.automation("activities.csv")}
    assert set(visitors) <= seen
    everything = [record for records in key.values() for record in records]
    assert len(everything) == len(set(everything))
    assert exports.person_of.keys() == set(everything)
    assert {p for p in exports.person_of.values() if p not in exports.internal} == exports.origin.keys()
    for row in exports.leads:
        if row["Besucher-ID"] in exports.person_of:
            assert exports.person_of[row["Besucher-ID"]] == exports.person_of[row["Lead-ID"]]


def test_observable_stages_stand_in_some_history_at_the_true_instant(exports: Exports) -> None:
    words = {
        "Anfrage": "inquiry",
        "MQL": "mql",
        "Vom Vertrieb angenommen": "sal",
        "Qualifiziert": "sql",
        "Engaged": "inquiry",
        "Sales Ready": "mql",
        "Interessent": "inquiry",
        "vorqualifiziert": "mql",
        "in Bearbeitung": "sal",
        "Bedarf bestätigt": "sql",
    }
    machine = next(row["Benutzer-ID"] for row in exports.crm("benutzer.csv") if row["Rolle"] == "integration")
    exact: set[tuple[str, str | None, str]] = set()
    for row in exports.changes:
        accepts_itself = row["Neuer Wert"] == "Vom Vertrieb angenommen" and row["Geändert von"] == machine
        if row["Objekt"] != "Verkaufschance" and not accepts_itself:
            stage = words.get(row["Neuer Wert"])
            exact.add((exports.person_of[row["Objekt-ID"]], stage, str(utc(row["Geändert am"]))))
    for row in exports.automation("lifecycle_history.csv"):
        at = row["changed_at"].rstrip("Z").replace("T", " ")
        exact.add((exports.person_of[row["contact_id"]], words.get(row["new_status"]), at))
    dated = {
        (exports.person_of[row["Nr"]], words.get(row["Stand"]), row["Datum"])
        for row in exports.legacy("verlauf.csv")
        if not (row["Stand"] == "in Bearbeitung" and row["Bearbeiter"] == machine)
    }
    inquiries = ("form", "content", "event", "webinar")
    asked = {
        (exports.person_of[row["contact_id"]], row["occurred_at"].rstrip("Z").replace("T", " "))
        for row in exports.automation("activities.csv")
        if row["activity_type"] in inquiries
    }
    asked |= {
        (exports.person_of[touch["visitor_id"]], str(touch["happened_at"]))
        for touch in exports.touches
        if touch["touch_type"] in inquiries and touch["visitor_id"] in exports.person_of
    }
    refused = {
        exports.person_of[row["contact_id"]]
        for row in exports.automation("contacts.csv")
        if row["consent"] == "opt-out"
    } | {exports.person_of[row["Lead-ID"]] for row in exports.leads if row["Einwilligung"] == "widerrufen"}
    refused |= {
        exports.person_of[row["Nr"]]
        for row in exports.legacy("interessenten.csv")
        if row["Einwilligung"] == "widerrufen"
    }
    asked = {(person, at) for person, at in asked if person not in refused}
    checked: Counter[tuple[str, str]] = Counter()
    for row in exports.stages:
        if row["stage"] not in words.values() or row["is_observable"] != "true":
            continue
        person, stage, at = row["person_id"], row["stage"], row["reached_at"]
        day = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC).astimezone(BERLIN).strftime("%d.%m.%Y")
        stands_exactly = (person, stage, at) in exact or (stage == "inquiry" and (person, at) in asked)
        if row["precision"] == "second":
            assert stands_exactly, row
        else:
            assert not stands_exactly and (person, stage, day) in dated, row
        checked[stage, row["precision"]] += 1
    assert all(checked[stage, "second"] > 1_000 for stage in ("inquiry", "mql", "sal", "sql"))
    assert all(checked[stage, "day"] > 50 for stage in ("inquiry", "mql", "sal", "sql"))


def test_stages_are_reached_in_order(exports: Exports) -> None:
    reached: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in exports.stages:
        reached[row["person_id"], row["cycle_number"]][row["stage"]] = row["reached_at"]
        assert dt.datetime.fromisoformat(row["reached_at"]) < LAST_INSTANT
    # A form may follow an MQL, and a colleague's deal may come before one's own inquiry; these may not.
    for order in (["mql", "sal", "sql"], ["opportunity", "won"]):
        for stages in reached.values():
            instants = [stages[stage] for stage in order if stage in stages]
            assert instants == sorted(instants), stages


def test_entry_amounts_stand_in_the_history(exports: Exports) -> None:
    amounts = {
        (row["Objekt-ID"], row["Neuer Wert"], str(utc(row["Geändert am"])))
        for row in exports.changes
        if row["Feld"] == "Betrag"
    }
    deals = [row for row in exports.key("opportunities.csv") if row["entered_at"]]
    missing = [
        row["opportunity_id"]
        for row in deals
        if (row["opportunity_id"], row["entry_amount"].replace(".", ","), row["entered_at"]) not in amounts
    ]
    assert len(missing) <= exports.noise["untypable_rows"]["historie.csv"]
    assert len(deals) - len(missing) > 800


def test_most_marketing_leads_have_touches_before_their_inquiry(exports: Exports) -> None:
    first: dict[str, dt.datetime] = {}
    for row in exports.automation("activities.csv"):
        at = dt.datetime.fromisoformat(row["occurred_at"].rstrip("Z"))
        person = exports.person_of[row["contact_id"]]
        if row["is_response"] != "false":
            first[person] = min(first.get(person, at), at)
    for touch in exports.touches:
        person = exports.person_of.get(touch["visitor_id"])
        if person and touch["is_response"] is not False:
            first[person] = min(first.get(person, touch["happened_at"]), touch["happened_at"])
    inquiries = [
        row
        for row in exports.stages
        if row["stage"] == "inquiry"
        and row["cycle_number"] == "1"
        and exports.origin[row["person_id"]] == "marketing"
    ]
    before = sum(
        row["person_id"] in first and first[row["person_id"]] <= dt.datetime.fromisoformat(row["reached_at"])
        for row in inquiries
    )
    assert 0.85 <= before / len(inquiries) <= 0.91  # the others gave no consent


def test_outbound_leads_are_called_before_anything_else(exports: Exports) -> None:
    roles = {row["Benutzer-ID"]: row["Rolle"] for row in exports.crm("benutzer.csv")}
    called: dict[str, tuple[dt.datetime, str]] = {}
    for row in [*exports.activities, *exports.legacy("kontakte.csv")]:
        at = utc(row["Zeitpunkt"])
        if at and row["Richtung"] == "ausgehend" and row["Automatisch"] == "nein":
            person = exports.person_of[row["Person-ID"]]
            call = (at, roles[row["Benutzer"]])
            called[person] = min(called.get(person, call), call)
    role_of = {"sales": "sales", "sdr_outbound": "sdr"}
    outbound = [person for person, path in exports.origin.items() if path in role_of]
    by_role = sum(called.get(person, (None, ""))[1] == role_of[exports.origin[person]] for person in outbound)
    assert by_role > 0.98 * len(outbound)


# ---------- noise


def test_untypable_rows_and_odd_dates_are_planted_as_stated(exports: Exports) -> None:
    stated = exports.noise["untypable_rows"]
    dates = {
        "leads.csv": [row["Angelegt am"] for row in exports.leads],
        "historie.csv": [row["Geändert am"] for row in exports.changes],
        "aktivitaeten.csv": [row["Zeitpunkt"] for row in exports.activities],
    }
    for file, texts in dates.items():
        broken = sum(utc(text) is None for text in texts)
        assert broken == stated[file] > 0
        assert broken / len(texts) < 0.005
    costs = read(exports.folder / "google_ads/campaign_performance.csv")
    assert sum(row["Cost"] == " --" for row in costs) == stated["campaign_performance.csv"]
    years = Counter(text[6:10] for text in dates["historie.csv"])
    assert years["1900"] == exports.noise["odd_dates"]["placeholder"] == 2
    assert years["2062"] == exports.noise["odd_dates"]["future"] > 0


def test_late_entries_are_planted_as_stated(exports: Exports) -> None:
    day = dt.timedelta(days=1)
    late = late_leads = 0
    for row in exports.changes:
        changed, entered = utc(row["Geändert am"]), utc(row["Erfasst am"])
        assert entered is not None
        if changed and changed.year > 1900 and entered - changed >= day:
            late += 1
            late_leads += row["Neuer Wert"] == "Anfrage"
    assert late == exports.noise["late_entries"]["rows"]
    # A spoilt date hides a late lead from the reader of the files, at most once for each spoilt row.
    assert 0 <= exports.noise["late_created_leads"]["leads"] - late_leads <= 46


def test_consent_and_blank_cells_are_planted_as_stated(exports: Exports) -> None:
    denied = [touch for touch in exports.touches if touch["consent_state"] == "denied"]
    assert len(denied) == exports.noise["without_consent"]["touches"]
    touches = len(exports.touches) + len(exports.automation("activities.csv"))
    assert 0.10 <= len(denied) / touches <= 0.14
    assert all(touch["visitor_id"] is None for touch in denied)
    assert all(row["Besucher-ID"] == "" for row in exports.leads if row["Einwilligung"] == "verweigert")
    for column, blank in exports.noise["blank_cells_of_leads"].items():
        assert sum(row[column] == "" for row in exports.leads) == blank > 0
    assert all(row["E-Mail"] or row["Telefon"] for row in exports.leads), "every lead can be reached somehow"


def test_expected_closes_and_permissions_are_planted_as_stated(exports: Exports) -> None:
    """Shares of constants.py: dates missing, days that pass put off, consent proved and taken back."""
    deals = [r for r in exports.crm("verkaufschancen.csv") if r["Angelegt am"] != r["Abgeschlossen am"]]
    undated = {row["Verkaufschance-ID"] for row in deals if not row["Erwarteter Abschluss"]}
    assert 0.03 <= len(undated) / len(deals) <= 0.07
    moves: dict[str, list[Row]] = defaultdict(list)
    for row in exports.crm("verkaufschancen_termine.csv"):
        moves[row["Verkaufschance-ID"]].append(row)
    now = {row["Verkaufschance-ID"]: row["Erwarteter Abschluss"] for row in deals}
    assert not undated & moves.keys()
    for deal, changes in moves.items():
        assert [row["Neuer Termin"] for row in changes] == [
            *(row["Alter Termin"] for row in changes[1:]),
            now[deal],
        ]
        for row in changes:
            old, new, at = row["Alter Termin"], row["Neuer Termin"], row["Geändert am"]
            assert old[6:] + old[3:5] + old[:2] < at[6:10] + at[3:5] + at[:2] < new[6:] + new[3:5] + new[:2]
    contacts = exports.automation("contacts.csv")
    proved = [row for row in contacts if row["double_opt_in_at"]]
    left = [row for row in contacts if row["unsubscribed_at"]]
    assert 0.56 <= len(proved) / len(contacts) <= 0.60
    assert 0.05 <= len(left) / len(proved) <= 0.20
    assert all(row["created_at"] <= row["double_opt_in_at"] < row["unsubscribed_at"] for row in left)


# ---------- files as systems write them


def test_files_are_written_as_their_systems_write_them(exports: Exports) -> None:
    for file in sorted((exports.folder / "crm").iterdir()):
        content = file.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") == content.count(b"\n")
    sheet = (exports.folder / "finance/Marketingkosten.csv").read_bytes()
    assert b"\x80" in sheet.splitlines()[0]  # the euro sign, in Windows-1252 only
    with pytest.raises(UnicodeDecodeError):
        sheet.decode("utf-8")
    spend = (exports.folder / "microsoft_ads/campaign_report.csv").read_text(encoding="utf-8")
    assert '"1,' in spend
    assert (exports.folder / "meta_ads/insights.tsv").read_text(encoding="utf-8").count("\t") > 7_000


def test_rates_stand_on_banking_days_only(exports: Exports) -> None:
    lines = (exports.folder / "finance/eurofxref.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Date,USD,GBP,CHF,HRK,"
    assert all(line.endswith(",N/A,") for line in lines[1:])
    days = [dt.date.fromisoformat(line[:10]) for line in lines[1:]]
    assert days == sorted(days, reverse=True)
    assert all(day.weekday() < 5 for day in days)
    closed = "2024-12-25 2024-12-26 2025-01-01 2025-04-18 2025-04-21 2025-05-01 2026-04-03 2026-04-06"
    assert not set(days) & {dt.date.fromisoformat(day) for day in closed.split()}
    assert min(days) < dt.date(2024, 7, 1)
    assert len(days) == 520
    usd = [float(line.split(",")[1]) for line in lines[1:]]
    assert 0.95 < min(usd) < max(usd) < 1.22
    assert max(abs(a / b - 1) for a, b in pairwise(usd)) < 0.02


def test_invoices_agree_with_spend_but_for_one(exports: Exports) -> None:
    reports = {
        "Google Ads": ("google_ads/campaign_performance.csv", "Day", "Cost"),
        "LinkedIn Marketing": ("linkedin_ads/ad_performance.csv", "Start Date (in UTC)", "Total Spent"),
        "Meta Ads": ("meta_ads/insights.tsv", "Day", "Amount spent (EUR)"),
        "Microsoft Advertising": ("microsoft_ads/campaign_report.csv", "Gregorian date", "Spend"),
    }
    spent: dict[tuple[str, str], float] = defaultdict(float)
    for platform, (file, day, amount) in reports.items():
        for row in read(exports.folder / file, delimiter="\t" if file.endswith("tsv") else ","):
            month = row[day][6:] + "-" + row[day][:2] if "/" in row[day] else row[day][:7]
            cost = row[amount].replace(",", "").replace(" --", "0")
            spent[platform, month] += float(cost)
    for row in read(exports.folder / "google_ads/credits.csv"):
        spent["Google Ads", row["Billing date"][:7]] += float(row["Amount"])
    invoices = read(exports.folder / "finance/rechnungen.csv", "windows-1252", ";")
    assert len(invoices) == 4 * 24
    deviating = []
    for row in invoices:
        month = row["Leistungsmonat"][6:] + "-" + row["Leistungsmonat"][3:5]
        if abs(cents(row["Nettobetrag"]) / 100 / spent[row["Lieferant"], month] - 1) > 0.01:
            deviating.append((row["Lieferant"], month))
    assert deviating == [("LinkedIn Marketing", "2025-03")]


# ---------- the mappings


def test_the_exports_land_and_only_the_planted_rows_are_quarantined(exports: Exports, tmp_path: Path) -> None:
    for name in ("leitstand.yml", "vars.yml"):
        shutil.copy(PROJECT_ROOT / name, tmp_path)
    shutil.copytree(PROJECT_ROOT / "mappings", tmp_path / "mappings")
    (tmp_path / "exports").symlink_to(exports.folder)
    result = land(load_company(tmp_path))
    quarantined: Counter[str] = Counter()
    for record in result.files:
        quarantined[Path(record.file_name).name] += record.rows_quarantined
    assert +quarantined == Counter(exports.noise["untypable_rows"])
    landed: Counter[str] = Counter()
    for record in result.files:
        landed[record.entity] += record.rows_landed
    records = exports.leads, exports.contacts, exports.legacy("interessenten.csv")
    people = sum(map(len, records)) + len(exports.automation("contacts.csv"))
    assert landed["persons"] == people - 8
    assert landed["touches"] == len(exports.touches) + len(exports.automation("activities.csv"))
    assert landed["fx_rates"] == 3 * 520
