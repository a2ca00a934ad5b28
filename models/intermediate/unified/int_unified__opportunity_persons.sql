-- One row per role of one person on one opportunity, over all connectors.
{{ union_connectors('opportunity_persons') }}
