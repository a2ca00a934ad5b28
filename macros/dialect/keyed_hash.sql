{# HMAC-SHA256 (RFC 2104) of a text under the key of the warehouse, in hexadecimal. The key's two padded
   blocks come from their own table, so that it never stands in SQL text. #}
{% macro keyed_hash(value) %}{{ return(adapter.dispatch('keyed_hash')(value)) }}{% endmacro %}

{% macro duckdb__keyed_hash(value) -%}
    sha256(
        unhex((select outer_block from keyring.key_blocks))
        || unhex(sha256(unhex((select inner_block from keyring.key_blocks)) || encode({{ value }})))
    )
{%- endmacro %}

{% macro postgres__keyed_hash(value) -%}
    encode(sha256(
        decode((select outer_block from keyring.key_blocks), 'hex')
        || sha256(decode((select inner_block from keyring.key_blocks), 'hex') || convert_to({{ value }}, 'UTF8'))
    ), 'hex')
{%- endmacro %}
