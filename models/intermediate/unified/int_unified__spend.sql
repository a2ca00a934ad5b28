-- One row per platform, account, campaign, day and record type, over all connectors.
{{ union_connectors('spend') }}
