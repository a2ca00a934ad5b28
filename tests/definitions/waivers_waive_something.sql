-- A row is a waiver that matches no breach: its rule is not broken there, or the key is mistyped.
-- A waiver that waives nothing hides that somebody thought it would.
-- Correct the key, or end the waiver (valid_to); keys stand in fct_rule_case.
{{ config(
    severity='warn',
    meta={
        'meaning_de': 'Eine Zeile ist eine Ausnahme, zu der es keinen Verstoß gibt: Die Regel ist dort nicht '
            ~ 'verletzt, oder der Schlüssel ist falsch geschrieben. Den Schlüssel berichtigen oder die Ausnahme '
            ~ 'beenden (valid_to); Schlüssel stehen in fct_rule_case.',
    }
) }}
select
    waivers.rule,
    waivers.subject_key
from {{ ref('rule_waivers') }} as waivers
left join {{ ref('fct_rule_case') }} as cases
    on waivers.rule = cases.rule
    and waivers.subject_key = cases.subject_key
    and cases.outcome = 'broken'
where
    cases.rule is null
    and {{ is_valid_on('waivers', reporting_date(as_of())) }}
