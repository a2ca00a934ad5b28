-- One row per opportunity, over all connectors.
{{ union_connectors('opportunities') }}
