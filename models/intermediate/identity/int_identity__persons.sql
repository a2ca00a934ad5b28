-- One row per person or consented visitor, with the attributes that its records agree on: the newest value
-- given, but the earliest lead source.
with

records as (

    select * from {{ ref('int_identity__records') }}

),

given as (

    select * from {{ ref('int_unified__persons') }}

),

attribute_values as (
    {% set attributes = {
        'account_id': "given.connection || '|' || given.account_id",
        'country': 'given.country',
        'job_title': 'given.job_title',
        'lead_source': 'lower(trim(given.lead_source))',
    } %}
    {% for attribute, expression in attributes.items() %}
    select
        records.lead_id,
        '{{ attribute }}' as attribute,
        {{ expression }} as attribute_value,
        row_number() over (
            partition by records.lead_id
            order by
                records.created_at {{ 'asc' if attribute == 'lead_source' else 'desc' }} nulls last,
                records.connection,
                records.source_id
        ) as value_rank
    from records
    inner join given
        on records.connection = given.connection
        and records.source_id = given.source_id
        and records.record_kind = 'record'
    where {{ expression }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

chosen as (

    select
        lead_id,
        {%- for attribute in attributes %}
        max(case when attribute = '{{ attribute }}' then attribute_value end) as {{ attribute }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from attribute_values
    where value_rank = 1
    group by lead_id

),

persons as (

    select
        lead_id,
        bool_or(record_kind = 'record') as is_identified,
        min(case when record_kind = 'record' then created_at end) as created_at,
        cast(sum(case when record_kind = 'record' then 1 else 0 end) as bigint) as records
    from records
    group by lead_id

)

select
    persons.lead_id,
    persons.is_identified,
    persons.created_at,
    persons.records,
    chosen.account_id,
    chosen.country,
    chosen.job_title,
    cast(null as {{ dbt.type_string() }}) as email_kind,
    chosen.lead_source
from persons
left join chosen on persons.lead_id = chosen.lead_id
