-- One row per platform and month, over all connectors.
{{ union_connectors('invoices') }}
