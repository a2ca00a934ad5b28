-- One row per person record, rule and identifier that it claims, before any guard. A link from one record to
-- another is claimed by both: by the one that names it, and by its target.
with

records as (

    select * from {{ ref('int_identity__normalised') }}
    where left_out_reason is null

),

rules as (

    select * from {{ ref('identity_rules') }} as identity_rules
    where {{ is_valid_on('identity_rules', reporting_date(as_of())) }}

),

values_given as (
    {% set identifiers = {
        'email': 'email',
        'phone': 'phone',
        'merge': "connection || '|' || merged_into",
        'conversion': "connection || '|' || converted_to",
        'foreign_id': 'foreign_id',
    } %}
    {% for rule, identifier in identifiers.items() %}
    select
        record_key,
        connection,
        cast('{{ rule }}' as {{ dbt.type_string() }}) as rule,
        {{ identifier }} as identifier
    from records
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

ruled as (

    select
        given.record_key,
        rules.rule,
        rules.rule_order,
        rules.confidence,
        rules.max_records,
        rules.max_addresses,
        case when rules.rule = 'foreign_id' then rules.foreign_connection || '|' else '' end
        || given.identifier as identifier
    from values_given as given
    inner join rules
        on given.rule = rules.rule
        and (rules.connection is null or given.connection = rules.connection)
    where given.identifier is not null

),

-- links of the company's own list hold whatever the rules say
claimed as (

    select * from ruled
    union all
    select
        connection || '|' || source_id as record_key,
        'same' as rule,
        0 as rule_order,
        1.00 as confidence,
        cast(null as integer) as max_records,
        cast(null as integer) as max_addresses,
        other_connection || '|' || other_source_id as identifier
    from {{ ref('identity_same') }} as identity_same
    where {{ is_valid_on('identity_same', reporting_date(as_of())) }}

),

-- of two rules that give the same claim, the first counts
ranked as (

    select
        *,
        row_number() over (partition by record_key, rule, identifier order by rule_order) as claim_rank
    from claimed

),

targets as (

    select
        ranked.rule,
        ranked.identifier,
        min(ranked.confidence) as confidence,
        min(ranked.max_records) as max_records
    from ranked
    inner join records on ranked.identifier = records.record_key
    where ranked.rule not in ('email', 'phone') and ranked.claim_rank = 1
    group by ranked.rule, ranked.identifier

)

select
    ranked.record_key,
    ranked.rule,
    ranked.confidence,
    ranked.max_records,
    ranked.max_addresses,
    ranked.identifier,
    false as is_target
from ranked
inner join records on ranked.record_key = records.record_key
left join targets on ranked.rule = targets.rule and ranked.identifier = targets.identifier
where
    ranked.claim_rank = 1
    and ranked.record_key <> ranked.identifier
    and (ranked.rule in ('email', 'phone') or targets.identifier is not null)
union all
select
    identifier as record_key,
    rule,
    confidence,
    max_records,
    cast(null as integer),
    identifier,
    true
from targets
