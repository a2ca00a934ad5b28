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
        on traits.connection = scores.connection
        and traits.source_id = scores.source_id

),

compared as (

    select
        applied.*,
        {{ trait_as_text('applied', 'traits') }} as given_text,
        {{ trait_as_number('applied', 'traits') }} as given_number,
        {{ wanted_as_number('applied') }} as wanted_number
    from applied
    inner join traits
        on applied.connection = traits.connection
        and applied.source_id = traits.source_id

)

select
    compared.connection,
    compared.source_id,
    compared.stage,
    compared.rule_id,
    compared.version,
    compared.alternative,
    {{ rule_holds('compared') }} as is_met
from compared
