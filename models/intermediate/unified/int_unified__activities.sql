-- One row per sales activity, over all connectors.
{{ union_connectors('activities') }}
