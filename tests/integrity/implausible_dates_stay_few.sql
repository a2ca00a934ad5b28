-- A row is an instant of an entity of a connection that too many records have as a placeholder or after their
-- load. It is set to null, and the record counts without it: too late, too early or nowhere.
-- Look at int_quality__instants, and map the column of the source anew or leave it out.
{{ config(
    severity='warn',
    meta={
        'meaning_de': 'Eine Zeile ist ein Zeitpunkt einer Art von Datensätzen einer Verbindung, der zu oft ein '
            ~ 'Platzhalter ist oder nach dem Laden liegt. Er wird entfernt, der Datensatz zählt ohne ihn. In '
            ~ 'int_quality__instants nachsehen und die Spalte der Quelle anders zuordnen oder weglassen.',
    }
) }}
select * from {{ ref('int_quality__instants') }}
where implausible_rows > {{ threshold('maximum_implausible_share') }} * all_rows
