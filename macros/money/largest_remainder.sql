{# Whole cents of one part of an amount, by largest remainder (D20): what all whole cents leave over goes, cent
   by cent, to the largest fractions; ties in the order given.

   whole_cents, fraction: of the part · cents_left: what the parts leave over · parts: columns that the parts of
   one amount share · ties: columns in whose order equal fractions come #}
{% macro largest_remainder(whole_cents, fraction, cents_left, parts, ties) -%}
    {{ whole_cents }} + case
        when
            row_number() over (
                partition by {{ parts }} order by {{ fraction }} desc, {{ ties }}
            ) <= {{ cents_left }}
            then 1
        else 0
    end
{%- endmacro %}
