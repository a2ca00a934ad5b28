-- One row per company name as written: the name without its legal form, accents and signs.
with

names as (

    select name as company_name from {{ ref('int_unified__accounts') }}
    union
    select company_name from {{ ref('int_unified__persons') }}

),

plain as (

    select
        company_name,
        trim(regexp_replace({{ without_accents('company_name') }}, '[^a-z0-9]+', ' ', 'g')) as plain_name
    from names
    where company_name is not null

),

-- the longest legal form at the end of the name
forms as (

    select
        plain.plain_name,
        max(length(legal_forms.legal_form)) as form_length
    from (
        select plain_name from plain
        group by plain_name
    ) as plain
    inner join {{ ref('legal_forms') }} as legal_forms
        on plain.plain_name like '% ' || legal_forms.legal_form
    group by plain.plain_name

)

select
    plain.company_name,
    trim(substr(plain.plain_name, 1, length(plain.plain_name) - coalesce(forms.form_length, 0))) as core_name
from plain
left join forms on plain.plain_name = forms.plain_name
