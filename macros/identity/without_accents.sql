{# A text in small letters without umlauts, accents and ligatures. Texts are NFC since landing, so that a
   letter with an accent is one character. #}
{% macro without_accents(value) -%}
    translate(
        replace(replace(replace(replace(replace(replace(
            lower({{ value }}), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), 'æ', 'ae'), 'ø', 'oe'),
        'àáâãåçčćďèéêëěęìíîïłñňńòóôõřšśťùúûůýžźż',
        'aaaaacccdeeeeeeiiiilnnnoooorsstuuuuyzzz'
    )
{%- endmacro %}
