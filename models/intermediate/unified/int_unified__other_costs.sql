-- One row per cost item and period, over all connectors.
{{ union_connectors('other_costs') }}
