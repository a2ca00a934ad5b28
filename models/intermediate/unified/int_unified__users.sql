-- One row per CRM user, over all connectors.
{{ union_connectors('users') }}
