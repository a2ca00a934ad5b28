{# The connected components of records that share identifiers, by contraction: CTEs `nodes` (record, label)
   and `components` (label, component, is_open), for a `with` that holds the edges. A record that shares
   nothing is no node. Portable, without recursion.

   Labels are in the order of a hash: in the order of keys a chain of n records would take n rounds. An
   identifier is known by its smallest label from the first round on; two identifiers with the same one are
   joined by its record anyway. Each round, a label hooks to the smallest label with which it shares an
   identifier, jumps one pointer, and the graph is made anew from labels, without the identifiers that all
   their holders agree on. What is open after the last round is not joined yet: `is_open` must be false. #}
{% macro connected_components(edges, record, identifier, rounds) %}
shared as (

    select {{ identifier }}
    from {{ edges }}
    group by {{ identifier }}
    having count(*) > 1

),

shared_edges as (

    select
        edges.{{ record }},
        edges.{{ identifier }}
    from {{ edges }} as edges
    inner join shared on edges.{{ identifier }} = shared.{{ identifier }}

),

nodes as (

    select
        {{ record }},
        row_number() over (order by md5({{ record }}), {{ record }}) as label
    from shared_edges
    group by {{ record }}

),

labelled as (

    select
        nodes.label,
        shared_edges.{{ identifier }}
    from shared_edges
    inner join nodes on shared_edges.{{ record }} = nodes.{{ record }}

),

hubs as (

    select
        {{ identifier }},
        min(label) as hub
    from labelled
    group by {{ identifier }}

),

edges_0 as (

    select
        labelled.label,
        hubs.hub
    from labelled
    inner join hubs on labelled.{{ identifier }} = hubs.{{ identifier }}
    group by labelled.label, hubs.hub

),
{% for round in range(rounds) %}
smallest_{{ round }} as (

    select
        hub,
        min(label) as label
    from edges_{{ round }}
    group by hub

),

hooked_{{ round }} as (

    select
        edges.label,
        min(smallest.label) as parent
    from edges_{{ round }} as edges
    inner join smallest_{{ round }} as smallest on edges.hub = smallest.hub
    group by edges.label

),

jumped_{{ round }} as (

    select
        hooked.label,
        parents.parent
    from hooked_{{ round }} as hooked
    inner join hooked_{{ round }} as parents on hooked.parent = parents.label

),

relabelled_{{ round }} as (

    select
        jumped.parent as label,
        edges.hub
    from edges_{{ round }} as edges
    inner join jumped_{{ round }} as jumped on edges.label = jumped.label
    group by jumped.parent, edges.hub

),

open_{{ round }} as (

    select hub from relabelled_{{ round }}
    group by hub
    having count(*) > 1

),

edges_{{ round + 1 }} as (

    select relabelled.*
    from relabelled_{{ round }} as relabelled
    inner join open_{{ round }} as still_open on relabelled.hub = still_open.hub

),
{% endfor %}
components as (

    select
        nodes.label,
        coalesce(
{%- for round in range(rounds - 1, -1, -1) %}
            round_{{ round }}.parent,
{%- endfor %}
            nodes.label
        ) as component,
        still_open.label is not null as is_open
    from nodes
{%- for round in range(rounds) %}
    left join jumped_{{ round }} as round_{{ round }}
        on {{ 'round_' ~ (round - 1) ~ '.parent' if round else 'nodes.label' }} = round_{{ round }}.label
{%- endfor %}
    left join (select label from edges_{{ rounds }} group by label) as still_open
        on round_{{ rounds - 1 }}.parent = still_open.label

)
{% endmacro %}
