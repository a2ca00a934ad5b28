-- One row per company record, over all connectors.
{{ union_connectors('accounts') }}
