"""How near attribution comes to the truth of the demo, which no model reads.

In the synthetic company one channel brings each person, and decides by its rates whether the person is
accepted and buys; later touches change nothing. So a channel's true influence is what would be lost without
it: the conversions of the people whom it brought. Real buyers are not that simple, and a model that is near
here is not thereby right elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Distance:
    """How far the channel shares that a model credits lie from the true ones."""

    conversion_type: str
    attribution_model: str
    months: int
    """Months that all models of this type credit; only they are compared."""
    conversions: int
    """True conversions of these months whom a channel brought."""
    distance: float
    """Total variation: the share of the credit that stands at a wrong channel; 0 is the truth."""


# What a channel brought. People whom sales or a partner brought have no visit, and no channel of a touch.
TRUTH = """
create temp table true_conversions as
with conversions as (
    select 'sal' as conversion_type, person_id, reached_at as converted_at from key_stages where stage = 'sal'
    union all
    select 'pipeline', person_id, entered_at from key_opportunities where entered_at is not null
    union all
    select 'revenue', person_id, reached_at from key_stages where stage = 'won'
)
select
    conversions.conversion_type,
    cast(date_trunc('month', day(conversions.converted_at)) as date) as month,
    sources.channel,
    count(*) as conversions
from conversions
join key_sources as sources using (person_id)
where sources.channel is not null and sources.origin_path <> 'partner'
group by all
"""

CREDITS = """
create temp table model_credits as
with credits as (
    select conversion_type, attribution_model, conversion_month as month, channel, weight as credit
    from core.fct_attribution
    union all
    select conversion_type, attribution_model, conversion_month, channel, conversions
    from core.fct_channel_attribution
),
compared as (
    select *, count(distinct attribution_model) over (partition by conversion_type, month) as models
    from credits
)
select conversion_type, attribution_model, month, channel, sum(credit) as credit
from (select *, max(models) over (partition by conversion_type) as most_models from compared)
where models = most_models
group by all
"""

DISTANCES = """
with months as (
    select distinct conversion_type, attribution_model, month from model_credits
),
truth as (
    select
        months.conversion_type, months.attribution_model, channel, sum(conversions) as conversions,
        count(distinct month) as months,
        sum(conversions) / sum(sum(conversions)) over (
            partition by months.conversion_type, months.attribution_model
        ) as share
    from months join true_conversions using (conversion_type, month)
    group by months.conversion_type, months.attribution_model, channel
),
credited as (
    select
        conversion_type, attribution_model, channel,
        sum(credit) / sum(sum(credit)) over (partition by conversion_type, attribution_model) as share
    from model_credits
    where channel not in ('(no touch)', '(no anchor)')
    group by conversion_type, attribution_model, channel
)
select
    conversion_type, attribution_model, max(truth.months), sum(coalesce(truth.conversions, 0))::bigint,
    sum(abs(coalesce(truth.share, 0) - coalesce(credited.share, 0))) / 2 as distance
from truth full join credited using (conversion_type, attribution_model, channel)
group by conversion_type, attribution_model
having max(truth.months) is not null
order by conversion_type, distance, attribution_model
"""


def distances(db: duckdb.DuckDBPyConnection) -> list[Distance]:
    """Every model of a type of conversion that the key knows, the nearest first.

    Needs the tables `key_sources`, `key_stages` and `key_opportunities` and the macro `day` beside the marts.
    """
    db.execute(TRUTH)
    db.execute(CREDITS)
    return [Distance(*row) for row in db.execute(DISTANCES).fetchall()]
