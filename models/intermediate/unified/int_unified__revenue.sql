-- One row per realised revenue line, over all connectors.
{{ union_connectors('revenue') }}
