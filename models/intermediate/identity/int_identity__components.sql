-- One row per person record that a link joins to another one: the component that it belongs to.
with

links as (

    select
        record_key,
        rule || '|' || identifier as identifier
    from {{ ref('int_identity__links') }}
    where held_back_by is null

),

{{ connected_components('links', 'record_key', 'identifier', rounds=6) }}

select
    nodes.record_key,
    components.component,
    components.is_open
from components
inner join nodes on components.label = nodes.label
