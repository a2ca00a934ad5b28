-- One row per moment and rule valid for it: whether the rule held, or could not be judged.
with

applied as (

    select * from {{ ref('int_qualification__applied_rules') }}

),

traits as (

    select
        traits.*,
        scores.fit_score,
        scores.engagement_score
    from {{ ref('int_qualification__traits') }} as traits
    left join {{ ref('int_qualification__scores') }} as scores
        on traits.moment_number = scores.moment_number

),

compared as (

    select
        applied.*,
        {{ trait_as_text('applied', 'traits') }} as given_text,
        {{ trait_as_number('applied', 'traits') }} as given_number,
        {{ wanted_as_number('applied') }} as wanted_number
    from applied
    inner join traits on applied.moment_number = traits.moment_number

)

select
    compared.moment_number,
    compared.stage,
    compared.rule_id,
    compared.version,
    compared.alternative,
    {{ rule_holds('compared') }} as is_met
from compared
