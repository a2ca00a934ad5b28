-- One row per change of a field of one person or opportunity, over all connectors.
{{ union_connectors('stage_signals') }}
