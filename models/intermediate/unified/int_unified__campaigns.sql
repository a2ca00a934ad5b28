-- One row per campaign, over all connectors.
{{ union_connectors('campaigns') }}
