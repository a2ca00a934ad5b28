"""Names by which somebody tries to get into a page, a query or a spreadsheet, followed to what is published.

Two companies differ in nothing but names: of their folders, campaigns, teams, accounts, products and lead
sources, and of channels and segments in the agreement. The figures are the same, and the names stand in them
as they are.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from markupsafe import escape

from faults.days import FIRST_DAY, Day
from faults.delivered import build, deliver, new_company, opened, publish
from leitstand import spreadsheet
from leitstand.config import Company as Folder
from leitstand.land.sql import identifier, literal
from leitstand.publish import Release
from leitstand.report import LANGUAGES, render
from running import KEY, Company

PLAIN = {
    "campaign": "Spring",
    "other campaign": "Summer",
    "team": "North",
    "account": "Works",
    "product": "Drive",
    "source": "Fair",
    "channel": "Events",
    "segment": "Large",
}
HOSTILE = {
    "campaign": '=HYPERLINK("http://x";"<script>alert(1)</script>")',
    "other campaign": "'; drop schema kpi cascade; --",
    "team": "\u202e@SUM(A1)<img src=x onerror=alert(2)>",
    "account": '"><svg onload=alert(3)>\x07\x1b[31m',
    "product": "{{ 7 * 7 }}{% raw %}",
    "source": "+1</title><script>alert(4)</script>",
    "channel": "-2<b onmouseover=alert(5)>" + "x" * 5_000,
    "segment": "&lt;i&gt;\"'`<!--",
}
STAGES = "".join(f"files,person,status,{s},{s},,RevOps,2020-01-01,\n" for s in ("mql", "sal"))
DAY = Day(FIRST_DAY, [], [])


def test_hostile_names_change_no_figure_and_stay_text(
    own_company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEITSTAND_KEY", KEY)
    plain, hostile = (
        company_called(names, tmp_path / folder, own_company.folder)
        for folder, names in (("acme", PLAIN), ("o'neil [b] \" *", HOSTILE))
    )
    releases = [publish(company) for company in (plain, hostile)]
    before, after = (published(release) for release in releases)
    for table, (numbers, _) in before.items():
        assert after[table][0] == numbers, table
    for kind in ("campaign", "other campaign", "team", "channel"):
        assert (
            [table for table, (_, texts) in before.items() if PLAIN[kind] in texts]
            == [table for table, (_, texts) in after.items() if HOSTILE[kind] in texts]
            != []
        ), kind
    for language in LANGUAGES:
        plain_pages, pages = (
            render(release.folder, language=language, company_name=names["account"])
            for release, names in zip(releases, (PLAIN, HOSTILE), strict=True)
        )
        assert any(escape(HOSTILE["channel"]) in page for page in pages.values())
        for name, page in pages.items():
            assert escape(HOSTILE["account"]) in page, name
            assert Markup(page) == Markup(plain_pages[name]), name


def test_no_text_is_a_formula_in_a_spreadsheet() -> None:
    """OWASP's characters at the beginning of a cell; a number stays a number."""
    names = [spreadsheet.harmless(name) for name in HOSTILE.values()]
    assert not [name for name in names if name[0] in "=+-@\t\r\n"]
    assert (spreadsheet.harmless(-2.5), spreadsheet.harmless("a=1")) == (-2.5, "a=1")
    text = spreadsheet.as_csv(Day, [Day(FIRST_DAY, "=1+1", "-2")])  # type: ignore[arg-type]
    assert list(csv.reader(io.StringIO(text)))[1] == [str(FIRST_DAY), "'=1+1", "'-2"]


class Markup(HTMLParser):
    """A page without its texts: how many elements of which attributes, and the scripts that it runs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.scripts: list[str] = []
        self.feed(page)
        self.close()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Markup) and (self.elements, self.scripts) == (other.elements, other.scripts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, tuple(name for name, _ in attrs)] += 1
        self.is_data = ("type", "application/json") in attrs

    def handle_data(self, data: str) -> None:
        if self.cdata_elem != "script":
            return
        if self.is_data:
            assert "<" not in data, "a text in it could close the element"
        else:
            self.scripts.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements["<!--", ()] += 1


def test_markup_in_a_page_is_seen() -> None:
    """What the comparison of pages rests on."""
    sound = Markup('<p title="a">b</p><script>1</script>')
    assert sound == Markup('<p title="&lt;b&gt;">&lt;img onerror&gt;</p><script>1</script>')
    for page in (
        '<p title="a">b<i></i></p><script>1</script>',
        '<p title="a" onclick="b">b</p><script>1</script>',
        '<p title="a">b</p><script>2</script>',
        '<p title="a">b<!-- c --></p><script>1</script>',
    ):
        assert sound != Markup(page)


def company_called(names: dict[str, str], folder: Path, pattern: Path) -> Folder:
    """A company whose campaigns, teams and so on are called so, with two leads, and built."""
    new_company(folder, pattern)
    rename(folder / "definitions" / "channels.csv", "channel", "event", names["channel"])
    rename(folder / "definitions" / "segments.csv", "segment", "(not set)", names["segment"])
    with (folder / "definitions" / "stage_mapping.csv").open("a") as file:
        file.write(STAGES)
    lead = ("1", f"{FIRST_DAY} 10:00:00", "a@firm.example", "website", "")
    company = deliver(folder, DAY, [lead], [("1", "MQL", f"{FIRST_DAY} 11:00:00")])
    shutil.rmtree(folder / "files")
    with opened(company, pattern) as db:
        for table, rows in raw(names).items():
            for row in rows:
                insert(db, table, row)
    build(company, pattern, own=("stage_mapping", "channels", "segments"))
    return company


def rename(file: Path, key: str, value: str, label: str) -> None:
    """Give one row of a definition another label in both languages."""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    for row in rows:
        if row[key] == value:
            row |= {"label_en": label, "label_de": label}
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def raw(names: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Rows as they land: two leads of one account, each with a campaign, of whom one is accepted."""
    at = [f"2026-02-10 {hour:02}:00:00" for hour in range(24)]  # the page is of the month before the day
    campaigns = (names["campaign"], names["other campaign"])
    return {
        "accounts": [{"source_id": "a", "name": names["account"], "domain": "firm.example"}],
        "users": [
            {"source_id": user, "team": names["team"], "role": "sales", "is_active": True}
            for user in "uvwxyzabcdef"  # so many that the team is named
        ],
        "campaigns": [
            {"source_id": f"c{n}", "name": name, "campaign_type": "event", "channel": "event"}
            for n, name in enumerate(campaigns)
        ],
        "persons": [
            {
                "source_id": f"p{n}",
                "kind": "lead",
                "created_at": at[7],
                "created_precision": "second",
                "email": f"p{n}@firm.example",
                "account_id": "a",
                "lead_source": names["source"],
                "owner_id": "u",
            }
            for n in range(2)
        ],
        "touches": [
            {
                "source_id": f"t{n}",
                "person_id": f"p{n}",
                "happened_at": at[8],
                "happened_precision": "second",
                "touch_type": "event",
                "campaign_id": f"c{n}",
                "utm_campaign": campaigns[n],
                "is_response": True,
                "consent_state": "granted",
            }
            for n in range(2)
        ],
        "stage_signals": [
            {
                "source_id": f"s{n}",
                "subject": "person",
                "subject_id": f"p{n % 2}",
                "field": "status",
                "new_value": stage,
                "changed_at": at[hour],
                "changed_precision": "second",
                "changed_by": "u",
            }
            for n, (stage, hour) in enumerate((("mql", 9), ("mql", 9), ("sal", 12)))
        ],
        "opportunities": [
            {
                "source_id": "o",
                "account_id": "a",
                "opportunity_type": "new_business",
                "amount": 1000,
                "currency": "EUR",
                "product": names["product"],
                "created_at": at[13],
                "created_precision": "second",
                "owner_id": "u",
            }
        ],
        "other_costs": [
            {
                "item": names["product"],
                "period_start": "2026-02-01",
                "period_end": "2026-02-28",
                "cost_category": "program",
                "channel": "event",
                "amount": 500,
                "currency": "EUR",
            }
        ],
        "opportunity_persons": [
            {"source_id": "op", "opportunity_id": "o", "person_id": "p0", "is_primary": True}
        ],
    }


def insert(db: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    """Land one row of the connection `files`."""
    row = row | {"load_number": 1, "file_name": f"{table}.csv", "file_hash": "h", "line_number": 2}
    columns = ", ".join(map(identifier, row))
    values = ", ".join("null" if v is None else literal(str(v)) for v in row.values())
    db.execute(
        f"insert into raw_files.{table} ({columns}, loaded_at) "
        f"select {values}, max(loaded_at) from landing.loads"
    )


def published(release: Release) -> dict[str, tuple[list[tuple[Any, ...]], set[str]]]:
    """By Parquet file: its rows without texts, in an order of their own, and all its texts.

    The star's integers are left out: they stand for keys, in the order of names. Its sums have wider types.
    """
    found = {}
    with duckdb.connect() as db:
        for file in sorted(release.folder.glob("*.parquet")):
            source = f"read_parquet({literal(file)})"
            columns = db.execute(f"describe from {source}").fetchall()
            texts = [identifier(name) for name, kind, *_ in columns if kind == "VARCHAR"]
            left_out = ("VARCHAR", *(["INTEGER"] if file.name.startswith("semantic.") else []))
            numbers = [identifier(name) for name, kind, *_ in columns if kind not in left_out] or ["1"]
            rows = db.execute(f"select {', '.join(numbers)} from {source} order by all").fetchall()
            seen = {
                text
                for name in texts
                for (text,) in db.execute(f"select distinct {name} from {source}").fetchall()
            }
            found[file.name] = (rows, seen)
    return found
