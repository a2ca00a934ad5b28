-- A row is an entity of a connection of which too many records name something that is not there.
-- A share above the threshold says that an export is incomplete or keys do not match.
-- Compare the keys of the two exports; int_quality__left_out counts all reasons, int_identity__merges merges.
{{ config(
    severity='warn',
    meta={
        'meaning_de': 'Eine Zeile ist eine Art von Datensätzen einer Verbindung, von denen zu viele auf etwas '
            ~ 'verweisen, das es nicht gibt: Ein Export ist unvollständig, oder die Schlüssel passen nicht. Die '
            ~ 'Schlüssel beider Exporte vergleichen; int_quality__left_out zählt alle Gründe.',
    }
) }}
with

-- merged into a person record that never landed: such records count on their own
merged as (

    select
        persons.connection,
        count(case when not merged_into.is_known then 1 end) as orphans,
        count(*) as all_rows
    from {{ ref('int_identity__normalised') }} as persons
    left join {{ ref('int_identity__merges') }} as merged_into on persons.record_key = merged_into.record_key
    group by persons.connection

),

orphans as (

    select
        connection,
        entity,
        left_out_rows as orphans,
        all_rows
    from {{ ref('int_quality__left_out') }}
    where reason = 'unknown_subject'
    union all
    select
        connection,
        'persons',
        orphans,
        all_rows
    from merged

)

select * from orphans
where orphans > {{ threshold('maximum_orphan_share') }} * all_rows
