"""Acquisition, contactable base and invoices of the demo, each counted again from its exports."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from company_exports import cents, read
from running import Company

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def day_in_berlin(instant: dt.datetime) -> dt.date:
    return instant.replace(tzinfo=UTC).astimezone(BERLIN).date()


def scorecard(demo: Company, kpi: str, period_type: str, start: str) -> tuple[Any, ...]:
    (row,) = demo.published(
        "select value, numerator, denominator, status_reason from kpi.kpi.kpi_scorecard "
        f"where kpi = '{kpi}' and period_type = '{period_type}' and period_start = '{start}' "
        "and scope_type = 'company'"
    )
    return row


def test_acquisition_is_the_cost_of_both_over_accounts_won_for_the_first_time(demo: Company) -> None:
    sheet = read(demo.folder / "exports/finance/Vertriebskosten.csv", "windows-1252", ";")
    quarter = {"04.2026", "05.2026", "06.2026"}
    sales = sum(cents(row["Betrag netto (€ / $)"]) for row in sheet if row["Von"][3:] in quarter) / 100
    _, marketing, _, _ = scorecard(demo, "marketing_cost_amount", "quarter", "2026-04-01")
    first: dict[str, tuple[dt.datetime, str, Decimal]] = {}
    for account, won_at, kind, amount in demo.rows(
        "select coalesce(account_id, opportunity_id), won_at, opportunity_type, won_amount "
        "from core.fct_opportunity where is_won order by won_at, opportunity_id"
    ):
        first.setdefault(account, (won_at, kind, amount))
    amounts = [
        amount
        for won_at, kind, amount in first.values()
        if kind == "new_business" and dt.date(2026, 4, 1) <= day_in_berlin(won_at) < dt.date(2026, 7, 1)
    ]
    assert sales > 400_000 and len(amounts) > 20
    cost, numerator, customers, _ = scorecard(demo, "customer_acquisition_cost", "quarter", "2026-04-01")
    assert (numerator, customers) == pytest.approx((marketing + sales, len(amounts)), abs=0.05)
    assert cost == pytest.approx((marketing + sales) / len(amounts), rel=1e-6)
    # a margin of 60 %, earned over twelve months
    months = cost / (float(sum(amounts)) / len(amounts) / 12 * 0.6)
    payback, *_ = scorecard(demo, "acquisition_payback_months", "quarter", "2026-04-01")
    assert payback == pytest.approx(months, rel=1e-6)


def test_a_period_without_cost_of_sales_has_no_acquisition_cost_and_says_why(demo: Company) -> None:
    """The quarter that begins on the day of the report."""
    value, _, _, reason = scorecard(demo, "customer_acquisition_cost", "quarter", "2026-07-01")
    assert (value, reason) == (None, "input_missing")


def test_cost_of_sales_is_no_cost_of_marketing(demo: Company) -> None:
    categories = {row[0] for row in demo.rows("select distinct cost_category from core.fct_marketing_cost")}
    assert categories == {"media", "program", "overhead"}
    ((items,),) = demo.rows("select count(distinct cost_item) from core.fct_sales_cost")
    assert items == 3


def test_contactable_is_who_proved_the_consent_and_did_not_take_it_back(demo: Company) -> None:
    day = dt.date(2026, 3, 31)
    changes: dict[str, list[tuple[dt.date, bool]]] = defaultdict(list)
    for lead, consented, withdrawn in demo.rows(
        "select lead_id, contact_consented_at, contact_withdrawn_at from raw_automation.persons as persons "
        "inner join intermediate.int_identity__records as records "
        "on records.connection = 'automation' and records.source_id = persons.source_id "
        "where records.record_kind = 'record'"
    ):
        for instant, is_withdrawal in ((consented, False), (withdrawn, True)):
            if instant is not None and day_in_berlin(instant) <= day:
                changes[lead].append((day_in_berlin(instant), is_withdrawal))
    contactable = {lead for lead, known in changes.items() if not max(known)[1]}
    active = {
        lead
        for lead, started_at, exit_at in demo.rows(
            "select lead_id, started_at, exit_at from core.fct_lead_lifecycle "
            "where is_identified and started_at is not null"
        )
        if day_in_berlin(started_at) <= day
        and (exit_at is None or day_in_berlin(exit_at) + dt.timedelta(days=730) >= day)
    }
    _, numerator, denominator, _ = scorecard(demo, "contactable_share", "month", "2026-03-01")
    assert (numerator, denominator) == (len(active & contactable), len(active))
    assert 0.3 < numerator / denominator < 0.6


def test_one_invoice_deviates_and_one_platform_has_other_days(demo: Company) -> None:
    noise = json.loads((demo.folder / "exports/answer_key/noise.json").read_text(encoding="utf-8"))
    planted = noise["deviating_invoice"]
    deviating = demo.published(
        "select platform, strftime(month, '%Y-%m'), difference_amount "
        "from kpi.kpi.kpi_invoice_reconciliation where reconciliation <> 'within_tolerance'"
    )
    ((platform, month, difference),) = deviating
    assert (platform, month) == (planted["platform"], planted["month"])
    march = [
        (row["Start Date (in UTC)"][3:5], Decimal(row["Total Spent"]))
        for row in read(demo.folder / "exports/linkedin_ads/ad_performance.csv")
        if row["Start Date (in UTC)"][:3] + row["Start Date (in UTC)"][6:] == "03/2025"
    ]
    spent = sum((amount for _, amount in march), Decimal(0))
    invoiced = (spent * Decimal(str(planted["factor"]))).quantize(Decimal("0.01"))
    assert difference == spent - invoiced < 0
    found = dict(
        demo.published(
            "select platform, edge_amount from kpi.kpi.kpi_invoice_reconciliation where month = '2025-03-01'"
        )
    )
    assert found.pop("linkedin_ads") == sum(amount for day, amount in march if day in ("01", "31")) > 0
    assert set(found.values()) == {0}
