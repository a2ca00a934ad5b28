-- A row is a fitted chain that converts more or less often than the paths it learned from.
-- Flow is conserved: for any paths the two are the same, so the linear system is solved wrongly, or a channel
-- is beyond the steps of the elimination.
-- Look at int_markov__transitions, and at the macro swept.
select
    fits.attribution_model,
    fits.conversion_type,
    fits.conversion_month
from {{ ref('int_markov__fits') }} as fits
left join {{ ref('int_markov__removal_effects') }} as effects
    on fits.attribution_model = effects.attribution_model
    and fits.conversion_type = effects.conversion_type
    and fits.conversion_month = effects.conversion_month
where
    fits.is_fitted
    and (
        effects.chain_probability is null
        or abs(effects.chain_probability - {{ ratio('fits.conversions', 'fits.paths') }}) > 0.000000001
    )
group by fits.attribution_model, fits.conversion_type, fits.conversion_month
