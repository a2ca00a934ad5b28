-- One row per person and attribute: the value that wins, and the record that gives it. Connections win in the
-- agreed order, then the newest value, or the earliest where the agreement says so.
{% set attributes = {
    'account_id': "given.connection || '|' || given.account_id",
    'country': 'given.country',
    'lead_source': 'lower(trim(given.lead_source))',
    'job_title': 'given.job_title',
    'owner_id': 'given.owner_id',
} %}
with

attribute_values as (
    {% for attribute, expression in attributes.items() %}
    select
        leads.lead_id,
        leads.record_key,
        leads.connection,
        leads.source_id,
        leads.kind,
        leads.created_at,
        cast('{{ attribute }}' as {{ dbt.type_string() }}) as attribute,
        {{ expression }} as attribute_value
    from {{ ref('int_identity__leads') }} as leads
    inner join {{ ref('int_unified__persons') }} as given
        on leads.connection = given.connection
        and leads.source_id = given.source_id
    where {{ expression }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

precedence as (

    select * from {{ ref('attribute_precedence') }} as attribute_precedence
    where {{ is_valid_on('attribute_precedence', reporting_date(as_of())) }}

),

-- the best rank that the agreement gives the record for the attribute
ranked as (

    select
        given.lead_id,
        given.record_key,
        given.connection,
        given.source_id,
        given.attribute,
        given.attribute_value,
        given.created_at,
        min(precedence.precedence) as precedence,
        coalesce(bool_or(precedence.direction = 'earliest'), false) as is_earliest
    from attribute_values as given
    left join precedence
        on given.attribute = precedence.attribute
        and (precedence.connection is null or given.connection = precedence.connection)
        and (precedence.kind is null or given.kind = precedence.kind)
    group by
        given.lead_id,
        given.record_key,
        given.connection,
        given.source_id,
        given.attribute,
        given.attribute_value,
        given.created_at

),

ordered as (

    select
        *,
        row_number() over (
            partition by lead_id, attribute
            order by
                precedence asc nulls last,
                case when is_earliest then created_at end nulls last,
                case when not is_earliest then created_at end desc nulls last,
                connection,
                source_id asc
        ) as value_rank
    from ranked

)

select
    lead_id,
    attribute,
    attribute_value,
    record_key,
    connection
from ordered
where value_rank = 1
