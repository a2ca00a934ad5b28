-- One row per currency and day published, over all connectors.
{{ union_connectors('fx_rates') }}
