-- One row per record of a lead, contact or visitor, over all connectors.
{{ union_connectors('persons') }}
