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
    """Conversions that are compared, of which the model credits a channel."""
    distance: float
    """Total variation: the share of the credit that stands at a wrong channel; 0 is the truth."""


# The marts' conversions behind which one human of the key stands, who truly converted and whom a channel
# brought, and who has a touch. People whom sales or a partner brought have no channel of their own.
COMPARED = """
create temp table compared as
with converted as (
    select 'sal' as conversion_type, person_id from key_stages where stage = 'sal'
    union
    select 'pipeline', person_id from key_opportunities where entered_at is not null
    union
    select 'revenue', person_id from key_stages where stage = 'won'
),
touched as (
    select conversion_id, conversion_type, conversion_month as month, lead_cycle_id, opportunity_id
    from core.fct_attribution
    group by all
    having bool_or(channel not in ('(no touch)', '(no anchor)'))
),
named as (
    select touched.*, people.person_id
    from touched
    join people on regexp_replace(touched.lead_cycle_id, '-[0-9]+$', '') = people.lead_id
    where touched.opportunity_id is null
    union all
    select touched.*, key.person_id
    from touched
    join intermediate.int_opportunity__milestones as milestones
        on touched.opportunity_id = md5(milestones.opportunity_id)
    join key_opportunities as key on milestones.source_id = key.opportunity_id
)
select named.conversion_id, named.conversion_type, named.month, sources.channel as true_channel
from named
join converted using (conversion_type, person_id)
join key_sources as sources using (person_id)
where sources.channel is not null and sources.origin_path <> 'partner'
"""

# What each model credits of them. A data-driven model knows channels and months only: its shares, which it
# learned from all conversions, are taken for those compared.
CREDITS = """
create temp table model_credits as
with credits as (
    select
        compared.conversion_type, credited.attribution_model, compared.month, compared.conversion_id,
        compared.true_channel, credited.channel, credited.weight
    from compared
    join core.fct_attribution as credited using (conversion_id)
    where credited.channel not in ('(no touch)', '(no anchor)')
    union all
    select
        compared.conversion_type, credited.attribution_model, compared.month, compared.conversion_id,
        compared.true_channel, credited.channel, credited.share
    from compared
    join core.fct_channel_attribution as credited
        on compared.conversion_type = credited.conversion_type and compared.month = credited.conversion_month
    where credited.share is not null
),
counted as (
    select *, count(distinct attribution_model) over (partition by conversion_type, month) as models
    from credits
)
select * exclude (models, most_models)
from (select *, max(models) over (partition by conversion_type) as most_models from counted)
where models = most_models
"""

# The same weight once at the channel that brought the person, and once at the channel that the model credits.
DISTANCES = """
with sides as (
    select conversion_type, attribution_model, true_channel as channel, weight as truth, 0 as credit
    from model_credits
    union all
    select conversion_type, attribution_model, channel, 0, weight from model_credits
),
channels as (
    select conversion_type, attribution_model, channel, sum(truth) as truth, sum(credit) as credit
    from sides
    group by all
),
wrong as (
    select
        conversion_type, attribution_model,
        cast(sum(abs(truth - credit)) / 2 / sum(truth) as double) as distance
    from channels
    group by all
),
sizes as (
    select
        conversion_type, attribution_model,
        count(distinct month) as months, count(distinct conversion_id) as conversions
    from model_credits
    group by all
)
select conversion_type, attribution_model, months, conversions, distance
from sizes join wrong using (conversion_type, attribution_model)
order by conversion_type, distance, attribution_model
"""


def distances(db: duckdb.DuckDBPyConnection) -> list[Distance]:
    """Every model of a type of conversion that the key knows, the nearest first.

    Needs the tables `key_sources`, `key_stages`, `key_opportunities` and `people` beside the build.
    """
    db.execute(COMPARED)
    db.execute(CREDITS)
    return [Distance(*row) for row in db.execute(DISTANCES).fetchall()]
