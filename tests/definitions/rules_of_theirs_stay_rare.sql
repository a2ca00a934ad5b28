-- A row is a rule that is broken more often than the agreement tolerates.
-- The data is the company's own: figures are right about it, and the process behind it needs a look.
-- docs/rules.md says what to do; kpi_rule_breaches shows month, team and channel, fct_rule_case each case.
{{ config(
    severity='warn',
    meta={
        'waives': 'warn',
        'meaning_de': 'Eine Zeile ist eine Regel, die öfter verletzt wird, als die Vereinbarung duldet. Die Daten '
            ~ 'sind die des Unternehmens: Die Zahlen geben sie richtig wieder, der Ablauf dahinter braucht einen '
            ~ 'Blick. docs/rules.md sagt, was zu tun ist; kpi_rule_breaches zeigt Monat, Team und Kanal, '
            ~ 'fct_rule_case jeden Fall.',
    }
) }}
{{ broken_rules('warn', 'warn_share') }}
