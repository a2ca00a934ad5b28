-- A row is a rule that the company has made binding (gate_policy, action block) and that is broken.
-- Whoever promoted the rule wants no figures while it is broken.
-- docs/rules.md says what to do; fct_rule_case shows each case; a waiver with its comment lets one pass.
{{ config(meta={'waives': 'block'}) }}
{{ broken_rules('block', 'block_share') }}
