-- One row per conversion, rule-based model and holder with credit: the weight of each of its touches, and its
-- cents before those left over are given. A conversion without touches, or without the one touch that the
-- model asks for, has one row without a holder.
with

models as (

    select * from {{ ref('int_attribution__models') }}

),

summed as (

    select
        *,
        sum(touches) over journey as all_touches,
        sum(case when anchor_credit = 0 then touches else 0 end) over journey as middle_touches,
        {{ double('sum(anchor_credit) over journey') }} as anchor_credits,
        min(holder_number) over journey as first_holder
    from {{ ref('int_attribution__holders') }}
    window journey as (partition by conversion_number, model_number)

),

-- the touches in the middle share what is theirs; what nobody holds is shared in proportion
shared as (

    select
        summed.*,
        models.is_single_touch,
        {{ double('summed.anchor_credit') }}
        + case
            when summed.anchor_credit = 0 then {{ ratio('models.mid', 'summed.middle_touches') }}
            else 0
        end as credit,
        summed.anchor_credits
        + case when summed.middle_touches > 0 then {{ double('models.mid') }} else 0 end as credits
    from summed
    inner join models on summed.model_number = models.model_number

),

-- the one touch that a model asks for may be missing: the first holder stands for none
weighted as (

    select
        *,
        credits = 0 and is_single_touch and holder_number is not null as is_without_anchor,
        case
            when credits > 0 then credit / credits
            when is_single_touch
                then case when holder_number is null or holder_number = first_holder then 1 else 0 end
            else 1 / {{ double('all_touches') }}
        end as weight
    from shared

),

priced as (

    select
        weighted.conversion_number,
        weighted.model_number,
        case when not weighted.is_without_anchor then weighted.holder_number end as holder_number,
        case
            when weighted.holder_number is null then '(no touch)'
            when weighted.is_without_anchor then '(no anchor)'
        end as missing,
        case when weighted.is_without_anchor then 1 else weighted.touches end as touches,
        {{ double('weighted.weight') }} as weight,
        cast(100 * abs(conversions.amount) as bigint) as cents,
        {{ double('100 * abs(conversions.amount)') }} * weighted.weight as exact_cents
    from weighted
    inner join {{ ref('int_attribution__conversions') }} as conversions
        on weighted.conversion_number = conversions.conversion_number
    where weighted.weight > 0

)

-- largest remainder (D20): whole cents, and how many of them are left over
select
    conversion_number,
    model_number,
    holder_number,
    missing,
    touches,
    weight,
    exact_cents,
    cast(floor(exact_cents) as bigint) as whole_cents,
    cents - cast(
        sum(cast(floor(exact_cents) as bigint) * touches) over (partition by conversion_number, model_number)
        as bigint
    ) as cents_left
from priced
