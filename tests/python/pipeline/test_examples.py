"""Real data: the figures that the public sets must give, from the published file or from core."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from example_runs import make_example
from running import Company


@pytest.fixture(scope="module")
def olist(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_example("olist", ["olist", "ecb"], real_data, tmp_path_factory.mktemp("examples") / "olist")


@pytest.fixture(scope="module")
def maven(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_example("maven_crm", ["maven_crm"], real_data, tmp_path_factory.mktemp("examples") / "maven")


INQUIRY_TO_WON = (
    "kpi.kpi.kpi_funnel_conversion where basis = 'to_date' and from_stage = 'inquiry' and to_stage = 'won'"
)


def test_olist_leads_and_wins(olist: Company) -> None:
    ((leads, wins, rate),) = olist.published(
        f"select sum(entered), sum(converted), sum(converted) / sum(entered) from {INQUIRY_TO_WON}"
    )
    assert (leads, wins) == (2489, 284)
    assert round(100 * rate, 2) == 11.41


def test_olist_wins_by_origin(olist: Company) -> None:
    counts = olist.published(
        f"select channel, sum(converted), sum(entered) from {INQUIRY_TO_WON} group by channel"
    )
    assert {channel: (wins, leads) for channel, wins, leads in counts} == {
        "organic_search": (90, 696),
        "paid_search": (62, 508),
        "social": (24, 433),
        "unknown": (60, 338),
        "email": (10, 146),
        "direct_traffic": (21, 142),
        "referral": (10, 109),
        "other": (1, 48),
        "display": (2, 34),
        "other_publicities": (0, 22),
        "(not set)": (4, 13),
    }


def test_olist_days_from_first_contact_to_won(olist: Company) -> None:
    """Both in local days; the deal won before its first contact is flagged and stays in."""
    ((median, mean, flagged),) = olist.rows(
        """
        with days as (
            select
                timezone('America/Sao_Paulo', timezone('UTC', cycles.won_at_observed))::date
                - timezone('America/Sao_Paulo', timezone('UTC', contacts.happened_at))::date as days,
                cycles.is_won_before_inquiry
            from core.fct_lead_lifecycle as cycles
            join (
                -- the contact after the win is kept, and sets no date
                select lead_id, min(happened_at) as happened_at
                from core.fct_lifecycle_event
                where stage = 'inquiry'
                group by lead_id
            ) as contacts using (lead_id)
            where cycles.won_at is not null
        )
        select median(days), avg(days), min(days) filter (is_won_before_inquiry) from days
        """
    )
    assert (median, round(mean, 2), flagged) == (14, 44.86, -2)
    assert olist.rows("select count(*) from core.fct_lead_lifecycle where is_won_before_inquiry") == [(1,)]


def test_olist_realised_revenue(olist: Company) -> None:
    assert olist.rows(
        "select count(revenue_amount), sum(revenue_original_amount), min(revenue_currency), "
        "sum(revenue_amount) from core.fct_opportunity"
    ) == [(121, Decimal("143386.38"), "BRL", Decimal("32744.90"))]


def test_olist_loses_no_row(olist: Company) -> None:
    assert olist.published(
        "select entity, rows_read, rows_landed, rows_quarantined "
        "from meta.data_state where connection = 'olist'"
    ) == [
        ("accounts", 284, 284, 0),
        ("opportunities", 284, 284, 0),
        ("opportunity_persons", 284, 284, 0),
        ("persons", 2489, 2489, 0),
        ("revenue", 1326, 1326, 0),
    ]


def test_maven_opportunities_by_stage(maven: Company) -> None:
    assert maven.rows(
        "select source_stage, count(*), sum(current_amount) filter (is_won), bool_or(is_lost) "
        "from core.fct_opportunity group by source_stage order by source_stage"
    ) == [
        ("Engaging", 481, None, False),
        ("Lost", 750, None, True),
        ("Prospecting", 155, None, False),
        ("Won", 1294, Decimal("3071452.00"), False),
    ]


def test_maven_product_without_a_match_is_kept(maven: Company) -> None:
    """The pipeline writes GTXPro, the price list GTX Pro; the mapping joins them."""
    products = dict(maven.rows("select product, count(*) from core.fct_opportunity group by product"))
    assert products["GTX Pro"] == 458
    assert "GTXPro" not in products
    assert sum(products.values()) == 2680
