-- One row per response or contact of one person or visitor, over all connectors.
{{ union_connectors('touches') }}
