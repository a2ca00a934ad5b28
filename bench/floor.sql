-- The figures of management by hand: what an expert would write for exactly these tables, on DuckDB alone, in
-- one go. `bench/build.py` compares them with what dbt built.
--
-- It holds to the same rules as the models: newest versions, people by address and foreign key, accounts,
-- channels by the first rule, verdicts of the agreement on its scores, cycles with exits, re-openings and
-- time-outs, stages by suffix minimum, windows, pipeline entries, linked deals, influence, cost by day and rate,
-- and credit by the rule-based models of the seed, to the cent. Models fitted to data (Markov) are not written by
-- hand.
--
-- It says nothing of what these figures do not need (hand-over, rules, reasons, drill-down, pseudonyms), and
-- takes for granted what is trivial in these tables: all instants are exact (no date without a clock), nobody
-- was merged or converted, no identifier is shared by many, no phone joins two records, addresses need no
-- rewriting but for their case, campaigns are unique by their key and all have a record, touches of sales get no
-- credit, and the agreement has one version but for its MQL.
set variable as_of = timestamp '2026-07-01 04:00:00';
create temp macro day_of(instant) as cast(timezone('Europe/Berlin', timezone('UTC', instant)) as date);
create temp macro month_of(instant) as cast(date_trunc('month', day_of(instant)) as date);
create temp table thresholds as from read_csv('thresholds.csv');
create temp table stages as from read_csv('stages.csv');
create temp table channels as from read_csv('channels.csv');
create temp macro limit_of(name) as (select threshold_value from thresholds where threshold = name);

-- the newest version of every record; a key that stands once needs no ranking
create temp macro newest(tbl) as table
with many as (select source_id from query_table(tbl) group by source_id having count(*) > 1)
select * from query_table(tbl) anti join many using (source_id)
union all
select * from query_table(tbl) semi join many using (source_id)
qualify row_number() over (partition by source_id order by load_number desc, file_name desc, line_number desc) = 1;

---------- people
create temp table records as
select
    row_number() over () as r, connection, source_id, created_at, lower(trim(email)) as email, visitor_id, foreign_id,
    company_name, account_id, country, lower(trim(lead_source)) as lead_source, converted_opportunity_id,
    coalesce(consent_state in ('denied', 'withdrawn'), false) as has_refused
from (
    select 'crm' as connection, * from newest('company.raw_crm.persons')
    union all
    select 'automation', * from newest('company.raw_automation.persons')
)
where not coalesce(is_deleted, false) and coalesce(lower(email) not like '%@talbrueck.example', true)
    and coalesce(lower(company_name) <> 'testfirma', true);

create temp table people as
with grouped as (select email, min(r) as lead from records group by email),
addressed as (select r, coalesce(grouped.lead, r) as lead from records left join grouped using (email)),
-- who automation knows by the key of the CRM is that lead, and with it all records of the same address
foreign_keys as (
    select own.lead, min(theirs.lead) as known_as
    from records as a
    inner join records as c on a.connection = 'automation' and c.connection = 'crm' and a.foreign_id = c.source_id
    inner join addressed as own on a.r = own.r
    inner join addressed as theirs on c.r = theirs.r
    where own.lead <> theirs.lead
    group by own.lead
)
select records.*, coalesce(foreign_keys.known_as, addressed.lead) as lead
from records inner join addressed using (r) left join foreign_keys using (lead);

create temp table accounts as
select
    'crm|' || source_id as account, lower(domain) as domain, country, name,
    case
        when employees is null then '(not set)'
        else coalesce((select min_by(segment, rule_order) from read_csv('segment_rules.csv')
            where employees between minimum_employees and coalesce(maximum_employees, employees)), '(unmapped)')
    end as segment
from newest('company.raw_crm.accounts') where not coalesce(is_deleted, false);

create temp macro core_name(name) as regexp_replace(
    trim(regexp_replace(replace(lower(name), 'ü', 'ue'), '[^a-z0-9]+', ' ', 'g')), ' (gmbh co kg|gmbh|ag|ltd)$', '');

create temp table leads as
with mail as (
    select lead, split_part(email, '@', 2) as domain from people
    anti join read_csv('freemail_domains.csv') as freemail on split_part(email, '@', 2) = freemail.domain
),
matches as (
    select lead, 'crm|' || max_by(account_id, created_at) as account, 1 as method from people
    where account_id is not null group by lead
    union all
    select lead, account, 2 from mail inner join accounts using (domain)
    union all
    select lead, account, 3 from mail inner join accounts
        on substr(mail.domain, strpos(mail.domain, '.') + 1) = accounts.domain
    union all
    select lead, account, 4 from people inner join accounts
        on core_name(people.company_name) = core_name(accounts.name) and people.country = accounts.country
),
matched as (select lead, min_by(account, (method, account)) as account from matches group by lead),
known as (
    select
        lead, bool_or(has_refused) as has_refused, min(created_at) as created_at,
        min_by(lead_source, (created_at, connection, source_id)) filter (where lead_source is not null) as lead_source
    from people group by lead
)
select known.*, account, coalesce(segment, '(not set)') as segment, true as is_identified
from known left join matched using (lead) left join accounts using (account);

---------- touches
create temp table visits as
with seen as (
    select
        connection, source_id, person_id, visitor_id, happened_at as instant, consent_state, touch_type, utm_medium,
        utm_source, referrer, split_part(replace(click_id, '=', '.'), '.', 1) as click_id, campaign_id
    from (
        select 1 as connection, * from newest('company.raw_automation.touches')
        union all
        select 2, * from newest('company.raw_web.touches')
    )
    where coalesce(is_response, true) and happened_at <= getvariable('as_of')
        and coalesce(consent_state not in ('denied', 'withdrawn'), true)
)
select * from seen;

create temp table traces as
with traits as (
    select
        row_number() over () as trace, touch_type, utm_medium, utm_source, referrer, click_id, '(empty)' as lead_source
    from (select distinct touch_type, utm_medium, utm_source, referrer, click_id from visits)
    union all
    select -row_number() over (), null, null, null, null, null, lead_source
    from (select distinct lead_source from leads where lead_source is not null)
),
given as (
    select
        trace, lead_source, coalesce(lower(touch_type), '(empty)') as touch_type,
        coalesce(lower(utm_medium), '(empty)') as utm_medium, coalesce(lower(utm_source), '(empty)') as utm_source,
        coalesce(split_part(split_part(lower(referrer), '//', 2), '/', 1), '(empty)') as referrer,
        coalesce(lower(click_id), '(empty)') as click_id
    from traits
),
ruled as (
    select trace, min_by(channel, rule_order) as channel
    from given inner join read_csv('channel_rules.csv', all_varchar = true, types = {'rule_order': 'int'}) as rules
        on given.lead_source like coalesce(lower(rules.lead_source), '%')
        and given.touch_type like coalesce(lower(rules.touch_type), '%')
        and given.utm_medium like coalesce(lower(rules.utm_medium), '%')
        and given.utm_source like coalesce(lower(rules.utm_source), '%')
        and '.' || given.referrer like '%.' || coalesce(lower(rules.referrer), '%')
        and given.click_id like coalesce(lower(rules.click_id), '%')
    group by trace
)
select
    traits.*, ruled.channel, channels.is_marketing, types.is_inquiry, types.is_hand_raiser,
    points.points, points.half_life_days, points.score_group, points.group_cap
from traits inner join ruled using (trace) inner join channels using (channel)
left join read_csv('touch_types.csv') as types using (touch_type)
left join read_csv('scoring_rules.csv') as points on points.touch_type = traits.touch_type;

create temp table touches as
with visitors as (
    select visitor_id, min_by(lead, created_at) as lead from people where visitor_id is not null group by visitor_id
),
strangers as (
    select visitor_id, -row_number() over () as lead
    from (select visitor_id from visits where visitor_id is not null group by visitor_id
        having bool_or(consent_state = 'granted'))
    anti join visitors using (visitor_id)
),
named as (select 1 as connection, source_id as person_id, lead from people where connection = 'automation'),
whose as (select * from visitors union all select * from strangers)
select
    coalesce(named.lead, whose.lead) as lead, visits.instant, visits.connection, visits.source_id, traces.trace,
    visits.campaign_id
from visits
inner join traces on traces.trace > 0 and visits.touch_type is not distinct from traces.touch_type
    and visits.utm_medium is not distinct from traces.utm_medium
    and visits.utm_source is not distinct from traces.utm_source
    and visits.referrer is not distinct from traces.referrer
    and visits.click_id is not distinct from traces.click_id
left join named on visits.connection = named.connection and visits.person_id = named.person_id
left join whose on visits.visitor_id = whose.visitor_id
where coalesce(named.lead, whose.lead) is not null;
delete from touches where lead in (select lead from leads where has_refused);
drop table visits;
insert into leads by name
select lead, false as has_refused, '(not set)' as segment, false as is_identified from touches where lead < 0 group by lead;

---------- stages as declared, with the verdict of the agreement
create temp table declared as
with signals as (
    select 'crm' as connection, * from newest('company.raw_crm.stage_signals') where subject = 'person'
    union all
    select 'automation', * from newest('company.raw_automation.stage_signals') where subject = 'person'
)
select
    row_number() over () as d, people.lead, mapping.stage, mapping.exit_state, signals.changed_at as instant,
    users.role, case signals.connection when 'crm' then 2 else 1 end as connection
from signals
inner join read_csv('stage_mapping.csv') as mapping on signals.connection = mapping.connection
    and mapping.subject = 'person' and signals.field = mapping.field and signals.new_value = mapping.value
inner join people on signals.connection = people.connection and signals.subject_id = people.source_id
left join newest('company.raw_crm.users') as users
    on signals.connection = 'crm' and signals.changed_by = users.source_id
where signals.changed_at <= getvariable('as_of');

create temp table contradicted as
with scored as (
    select
        d, any_value(declared_on) as declared_on,
        bool_or(is_hand_raiser and age <= limit_of('hand_raise_days')) as is_hand_raiser,
        least(sum(cast(points * power(0.5, age / half_life_days) as decimal(18, 6))), max(group_cap)) as points
    from (
        select
            declared.d, day_of(declared.instant) as declared_on, day_of(declared.instant) - day_of(touches.instant) as age, traces.*
        from declared inner join touches on declared.stage = 'mql' and declared.lead = touches.lead
            and touches.instant <= declared.instant
        inner join traces using (trace)
    )
    group by d, score_group
),
conversations as (
    select people.lead, min(happened_at) as instant
    from newest('company.raw_crm.activities') as activities
    inner join read_csv('activity_types.csv') as types using (activity_type)
    inner join people on people.connection = 'crm' and people.source_id = activities.person_id
    where not coalesce(is_automated, false) and (direction = 'inbound' or is_two_way)
    group by people.lead
),
supplied as (
    select min(happened_at) as since from company.raw_crm.activities where not coalesce(is_automated, false)
),
rules as (
    select valid_from, valid_to, cast(value as int) as least_points from read_csv('qualification_rules.csv')
    where attribute = 'engagement_score'
)
select d from scored inner join rules
    on declared_on >= valid_from and (valid_to is null or declared_on < valid_to)
group by d, least_points
having not coalesce(bool_or(is_hand_raiser), false)
    and least(sum(points), limit_of('score_maximum')) < least_points
union all
select d from declared where stage = 'sal' and role <> 'sales'
union all
select d from declared cross join supplied left join conversations using (lead)
where stage = 'sql' and (
    role not in ('sales', 'sdr')
    or (declared.instant >= supplied.since and coalesce(conversations.instant > declared.instant, true))
);

---------- opportunities
create temp table deals as
with opportunities as (from newest('company.raw_crm.opportunities') where not coalesce(is_deleted, false)),
changes as (
    select
        subject_id, field, changed_at as instant, source_id, new_value, new_amount, old_value, old_amount,
        row_number() over (partition by subject_id, field order by changed_at, source_id) as number
    from newest('company.raw_crm.stage_signals') where subject = 'opportunity'
    qualify row_number() over (partition by subject_id, field, changed_at order by source_id desc) = 1
),
firsts as (
    select
        subject_id, min(instant) filter (where field = 'stage') as stage_at, min(instant) filter (where field = 'amount') as amount_at,
        min(instant) as first_at, any_value(old_value) filter (where field = 'stage' and number = 1) as old_stage,
        any_value(old_amount) filter (where field = 'amount' and number = 1) as old_amount
    from changes group by subject_id
),
timeline as (
    select
        source_id as o, least(created_at, first_at) as instant, 0 as number,
        case when stage_at <= created_at then null when stage_at is not null then old_stage else stage end as stage,
        case when amount_at <= created_at then null when amount_at is not null then firsts.old_amount else amount end
            as amount
    from opportunities left join firsts on source_id = subject_id
    union all
    select
        subject_id, instant, number, case when field = 'stage' then new_value end,
        case when field = 'amount' then new_amount end
    from changes
),
filled as (
    select
        o, instant,
        last_value(stage ignore nulls) over so_far as stage_value,
        last_value(amount ignore nulls) over so_far as amount
    from timeline
    window so_far as (partition by o order by instant range between unbounded preceding and current row)
),
states as (
    select
        filled.*, coalesce(stages.is_pipeline and amount > 0, false) as is_in,
        case when mapping.stage = 'won' then 'won' when mapping.exit_state = 'lost' then 'lost' else 'open' end as outcome
    from filled
    left join read_csv('stage_mapping.csv') as mapping
        on mapping.subject = 'opportunity' and mapping.connection = 'crm' and stage_value = mapping.value
    left join stages on mapping.stage = stages.stage
    where instant <= getvariable('as_of')
),
lasting as (
    select *, last_value(outcome) over (partition by o order by instant rows between unbounded preceding and unbounded following)
        as last_outcome
    from states
),
closes as (
    select o, any_value(last_outcome) as outcome,
        max(instant) filter (where outcome <> last_outcome) as other_until, list(instant) filter (where outcome = last_outcome) as ats
    from lasting group by o
),
milestones as (
    select
        o, min(instant) filter (where is_in) as opportunity_at, min_by(amount, instant) filter (where is_in) as amount from states group by o
)
select
    row_number() over (order by opportunities.source_id) as deal, opportunities.source_id as o,
    'crm|' || opportunities.account_id as account, opportunities.created_at, opportunities.is_partner,
    opportunities.currency, milestones.amount, opportunities.amount as current_amount, milestones.opportunity_at,
    opportunities.opportunity_type = 'renewal' as is_renewal,
    case when outcome <> 'open'
        then list_min(list_filter(ats, lambda t: other_until is null or t > other_until)) end as closed_at,
    case when outcome = 'won' then closed_at end as won_at,
    case when outcome = 'lost' then closed_at end as lost_at,
    least(opportunities.created_at, opportunity_at, won_at, lost_at) as opened_at
from opportunities left join milestones on source_id = o left join closes using (o);

create temp table links as
with named as (
    select deal, lead, false as is_contact from people inner join deals on converted_opportunity_id = o
    union all
    select deal, lead, coalesce(is_primary, false) from newest('company.raw_crm.opportunity_persons') as roles
    inner join deals on opportunity_id = o
    inner join people on people.connection = 'crm' and person_id = people.source_id
),
qualified as (
    select lead, min(instant) as instant, min(instant) filter (where stage in ('sal', 'sql')) as sal_at
    from declared anti join contradicted using (d)
    where stage in ('mql', 'sal', 'sql') group by lead
),
both_ways as (
    select * from named
    union all
    select deals.deal, lead, false
    from (from deals anti join named using (deal)) as deals
    inner join leads using (account) inner join qualified using (lead)
    where qualified.instant between deals.created_at - to_days(cast(limit_of('account_link_days') as int))
        and deals.created_at + interval 1 day
),
single as (select deal, lead, bool_or(is_contact) as is_contact from both_ways group by deal, lead)
select
    single.*, row_number() over (partition by deal order by is_contact desc, sal_at nulls last, instant nulls last, lead) = 1
        as is_primary
from single left join qualified using (lead);

---------- what moves the cycles: kind 0 a deal opens, 1 a stage, 2 an exit
create temp table events as
with linked as (
    select lead, deals.* from links inner join deals using (deal)
    where not is_renewal and opened_at is not null and created_at <= getvariable('as_of')
),
running as (
    select
        *, sum(change) over (partition by lead order by instant, change desc, o rows unbounded preceding) as open_deals
    from (
        select lead, o, opened_at as instant, 1 as change, false as is_won from linked
        union all
        select lead, o, closed_at, -1, won_at is not null from linked where closed_at is not null
    )
),
stretches as (
    select
        *, coalesce(sum((open_deals = 0)::int) over (
            partition by lead order by instant, change desc, o rows between unbounded preceding and 1 preceding
        ), 0) as stretch
    from running
),
ends as (
    select lead, max(instant) filter (where open_deals = 0) as instant, bool_or(is_won) as is_won
    from stretches group by lead, stretch having bool_or(open_deals = 0)
),
busy as (
    select d from declared inner join linked using (lead)
    where exit_state is not null and declared.instant >= opened_at and (closed_at is null or declared.instant < closed_at)
    group by d
),
things as (
    select lead, instant, 1 as kind, 'inquiry' as stage, null as exit_state, 'touch' as evidence, false as is_contradicted
    from touches inner join traces using (trace) where is_inquiry and lead > 0
    union all
    select lead, created_at, 1, 'inquiry', null, 'created', false from leads where created_at <= getvariable('as_of')
    union all
    select
        lead, instant, case when stage is null then 2 else 1 end, stage, exit_state,
        case when busy.d is null then 'declaration' else 'declared while busy' end, contradicted.d is not null
    from declared left join contradicted using (d) left join busy using (d)
    union all
    select lead, opportunity_at, 1, 'opportunity', null, 'opportunity', false from linked where opportunity_at is not null
    union all
    select lead, won_at, 1, 'won', null, 'opportunity', false from linked where won_at is not null
    union all
    select lead, opened_at, 0, null, null, 'deal_opened', false from linked
    union all
    select lead, instant, 2, null, case when is_won then 'won' else 'lost' end, 'opportunity', false from ends
)
select
    things.*, stage_rank, coalesce(starts_cycle, false) and evidence <> 'created' as starts_cycle, reopens_after,
    coalesce(may_expire, false) as may_expire,
    kind = 2 and evidence <> 'declared while busy' and coalesce(
        instant >= min(instant) filter (where kind = 1 and not is_contradicted) over (partition by lead), false) as ends_cycle
from things left join stages using (stage)
where instant <= getvariable('as_of');

create temp macro segmented(tbl) as table
with numbered as (
    select
        *, row_number() over in_order as n,
        coalesce(sum(ends_cycle::int) over before, 0) as exits_before,
        last_value(case when ends_cycle then exit_state end ignore nulls) over before as last_exit,
        max(case when ends_cycle then instant end) over before as last_exit_at
    from query_table(tbl)
    window in_order as (partition by lead order by instant, kind, stage_rank nulls last, evidence),
        before as (partition by lead order by instant, kind, stage_rank nulls last, evidence
            rows between unbounded preceding and 1 preceding)
),
effects as (
    select
        numbered.*,
        case
            when is_contradicted or last_exit is null then null
            when kind = 0 then 'reopens'
            when reopens_after in ('any', last_exit)
                and instant <= last_exit_at + to_days(cast(limit_of('remql_cooloff_days') as int)) then 'reopens'
            when starts_cycle and (reopens_after is not null or inquiry_restarts) then 'starts'
        end as effect
    from numbered left join read_csv('exit_states.csv') as states on last_exit = states.exit_state
),
counted as (
    select *, count(effect) over (partition by lead, exits_before order by n rows unbounded preceding) as effects_since
    from effects
)
select
    *, exits_before = 0 or effects_since > 0 as is_open,
    case when effects_since = 1 then effect end as turn,
    1 + count(*) filter (where effects_since = 1 and effect = 'starts') over (
        partition by lead order by n rows unbounded preceding) as cycle
from counted;

insert into events by name
with silences as (
    select
        lead, is_open and not ends_cycle as is_open,
        instant + to_days(cast(limit_of('cycle_timeout_days') as int)) as expires_at,
        lead(instant) over (partition by lead order by n) as next_at,
        bool_or(kind = 1 and not is_contradicted) over (partition by lead order by n rows unbounded preceding) as has_begun,
        bool_or(is_open and not may_expire and kind < 2 and not is_contradicted) over (
            partition by lead, exits_before order by n rows unbounded preceding) as is_in_work
    from segmented('events')
)
select
    lead, expires_at as instant, 2 as kind, 'expired' as exit_state, 'timeout' as evidence, false as is_contradicted,
    false as starts_cycle, false as may_expire, true as ends_cycle
from silences
where is_open and has_begun and not is_in_work and expires_at <= getvariable('as_of')
    and (next_at is null or next_at > expires_at);

create temp table placed as
with segments as (from segmented('events')),
wins as (select lead, cycle, min(instant) as won_at from segments where stage = 'won' and is_open group by lead, cycle)
select
    lead, cycle, n, exits_before, instant, kind, stage, exit_state, evidence,
    case
        when is_contradicted then 'contradicted'
        when ends_cycle then 'ends'
        when kind = 2 then 'ignored'
        when not is_open or instant > won_at then 'after_exit'
        when turn is not null then turn
        when evidence = 'created' and cycle > 1 then 'ignored'
        else 'counts'
    end as role
from segments left join wins using (lead, cycle);

create temp table spans as
with summed as (
    select
        lead, cycle, min(instant) filter (where role in ('counts', 'starts')) as started_at,
        min(instant) filter (where stage = 'won' and role = 'counts') as won_at,
        coalesce(max(exits_before) filter (where role = 'reopens'), 0) as reopened_after
    from placed group by lead, cycle
),
exits as (
    select lead, cycle, min_by(placed.instant, (precedence, n)) as exit_at
    from placed inner join summed using (lead, cycle) inner join read_csv('exit_states.csv') as states using (exit_state)
    where role = 'ends' and exits_before >= reopened_after group by lead, cycle
),
closed as (
    select lead, cycle, started_at, coalesce(won_at, exit_at) as closed_at from summed left join exits using (lead, cycle)
)
select
    lead, coalesce(cycle, 1) as cycle, started_at, closed_at,
    lag(closed_at) over (partition by lead order by cycle) as opens_after
from leads left join closed using (lead);

---------- cycles: channel, origin path, stages
create temp table cycles as
with touched as (
    select
        lead, cycle, min(instant) as first_touch_at, min_by(channel, (instant, connection, source_id)) as channel,
        bool_or(is_marketing) as is_marketing
    from touches inner join traces using (trace) inner join spans using (lead)
    where (opens_after is null or instant > opens_after) and (closed_at is null or instant <= closed_at)
    group by lead, cycle
),
reached as (
    select
        lead, cycle,
        coalesce(min(instant) filter (where stage = 'inquiry' and evidence <> 'created'), min(instant) filter (where stage = 'inquiry')) as inquiry_at,
        min(instant) filter (where stage = 'mql') as mql_at, min(instant) filter (where stage = 'sal') as sal_at,
        min(instant) filter (where stage = 'sql') as sql_at, min(instant) filter (where stage = 'opportunity') as opportunity_at,
        min(instant) filter (where stage = 'won') as won_at,
        min(instant) filter (where role <> 'reopens') as started_at,
        min(instant) filter (where role <> 'reopens' and (stage = 'mql' or stage = 'inquiry' and evidence <> 'created')) as inbound_at
    from placed where kind = 1 and role in ('counts', 'starts', 'reopens') group by lead, cycle
),
calls as (
    select lead, cycle, paths.origin_path as outbound_path, happened_at as called_at
    from newest('company.raw_crm.activities') as activities
    inner join newest('company.raw_crm.users') as users on actor_id = users.source_id
    inner join read_csv('origin_paths.csv') as paths on users.role = paths.outbound_role
    inner join people on people.connection = 'crm' and person_id = people.source_id
    inner join spans using (lead)
    where direction = 'outbound' and not coalesce(is_automated, false) and happened_at <= getvariable('as_of')
        and (opens_after is null or happened_at > opens_after) and (closed_at is null or happened_at <= closed_at)
    qualify row_number() over (partition by lead, cycle order by happened_at, activities.source_id) = 1
),
answered as (
    select distinct calls.lead, calls.cycle from calls inner join touches on calls.lead = touches.lead
        and touches.instant <= called_at and touches.instant >= called_at - to_days(cast(limit_of('outbound_quiet_days') as int))
),
partner_deals as (
    select lead, cycle
    from (
        select lead, is_partner, opened_at, coalesce(max(cycle) filter (where started_at <= opened_at), 1) as cycle
        from links inner join deals using (deal) inner join spans using (lead)
        where is_primary and not is_renewal and created_at <= getvariable('as_of') group by lead, deal, is_partner, opened_at
    )
    group by lead, cycle having min(opened_at) filter (where is_partner) = min(opened_at)
),
customers as (select account, min(won_at) as since from deals where won_at is not null group by account),
joined as (
    select
        lead, cycle, leads.account, leads.segment, leads.is_identified, reached.* exclude (lead, cycle, started_at),
        touched.first_touch_at,
        case
            when touched.channel is not null then touched.channel
            when leads.lead_source is null then '(not set)'
            else coalesce(sources.channel, '(unmapped)')
        end as channel,
        least(reached.started_at, case when cycle = 1 then touched.first_touch_at end) as begun_at,
        case
            when partner_deals.lead is not null or 'partner' in (touched.channel, sources.channel) then 'partner'
            when since < begun_at then 'customer_expansion'
            when answered.lead is null and (touched.first_touch_at is null or called_at < touched.first_touch_at)
                and (inbound_at is null or called_at < inbound_at) and outbound_path is not null then outbound_path
            when coalesce(bool_or(touched.is_marketing) over (partition by lead order by cycle), sources.is_marketing, false) then 'marketing'
            else 'unknown'
        end as origin_path
    from spans inner join leads using (lead)
    left join touched using (lead, cycle) left join reached using (lead, cycle)
    left join traces as sources on sources.trace < 0 and leads.lead_source = sources.lead_source
    left join partner_deals using (lead, cycle)
    left join customers using (account)
    left join calls using (lead, cycle) left join answered using (lead, cycle)
),
suffixes as (
    select
        * replace (
            least(inquiry_at, mql_at, sal_at, sql_at, opportunity_at, won_at) as inquiry_at,
            case when is_mql_inferred or mql_at is not null
                then least(mql_at, sal_at, sql_at, opportunity_at, won_at) end as mql_at,
            least(sal_at, sql_at, opportunity_at, won_at) as sal_at, least(sql_at, opportunity_at, won_at) as sql_at,
            least(opportunity_at, won_at) as opportunity_at
        )
    from joined inner join (select origin_path, is_mql_inferred from read_csv('origin_paths.csv')) using (origin_path)
)
select
    * replace (case when inquiry_at is null or first_touch_at <= inquiry_at then first_touch_at end as first_touch_at)
from suffixes;

---------- money
create temp table rates as select currency, rate_date, units_per_euro from newest('company.raw_finance.fx_rates');
create temp macro in_euro(amount, currency, units, published, day) as cast(round(cast(
    case
        when currency = 'EUR' then amount
        when day - published <= limit_of('rate_carry_days') then cast(amount as double) / cast(units as double)
    end as decimal(28, 8)), 2) as decimal(18, 2));

create temp table costs as
with spend as (
    select * from newest('company.raw_google_ads.spend')
    union all select * from newest('company.raw_linkedin_ads.spend')
    union all select * from newest('company.raw_meta_ads.spend')
    union all select * from newest('company.raw_microsoft_ads.spend')
),
items as (
    select *, period_end - period_start + 1 as days from newest('company.raw_finance.other_costs')
),
daily as (
    select spend_date as day, 'media' as cost_category, coalesce(channel, 'not_allocated') as channel, amount, currency
    from spend left join read_csv('platform_channels.csv') as platforms using (platform)
    union all
    select
        period_start + cast(n as int) as day, cost_category, coalesce(channel, 'not_allocated'),
        cast(round(cast(amount * (n + 1) / days as decimal(28, 8)), 2) as decimal(18, 2))
        - cast(round(cast(amount * n / days as decimal(28, 8)), 2) as decimal(18, 2)),
        currency
    from items, range(days) as numbers (n)
)
select
    cast(date_trunc('month', day) as date) as month, channel, cost_category,
    sum(in_euro(amount, daily.currency, units_per_euro, rate_date, day)) as cost_amount
from daily asof left join rates on daily.currency = rates.currency and daily.day >= rates.rate_date
where day <= day_of(getvariable('as_of'))
group by all;

---------- opportunities with the origin of their primary cycle, and influence
create temp table pipeline as
with entered as (select *, day_of(opportunity_at) as day from deals where opportunity_at is not null and not is_renewal),
primary_cycles as (
    select deal, lead, coalesce(max(cycle) filter (where started_at <= opened_at), 1) as cycle
    from links inner join deals using (deal) inner join spans using (lead)
    where is_primary group by deal, lead
),
-- the newest marketing touch of the account, or of a linked person, before the entry
marketing as (
    select lead, account, instant from touches inner join traces using (trace) inner join leads using (lead)
    where traces.is_marketing
),
influenced as (
    select entered.deal from entered asof inner join marketing
        on entered.account = marketing.account and entered.opportunity_at >= marketing.instant
    where marketing.instant >= opportunity_at - to_days(cast(limit_of('influence_window_days') as int))
    union
    select deal from links inner join entered using (deal) inner join marketing using (lead)
    where instant <= opportunity_at and instant >= opportunity_at - to_days(cast(limit_of('influence_window_days') as int))
),
customers as (select account, min(won_at) as since from deals where won_at is not null group by account)
select
    entered.deal,
    cast(date_trunc('month', day) as date) as month,
    case
        when cycles.lead is not null then cycles.origin_path
        when is_partner then 'partner'
        when since < entered.opportunity_at then 'customer_expansion'
        else 'unknown'
    end as origin_path,
    coalesce(cycles.channel, '(no touch)') as channel,
    coalesce(cycles.segment, accounts.segment, '(not set)') as segment,
    coalesce(in_euro(amount, entered.currency, units_per_euro, rate_date, day), 0) as amount,
    cycles.origin_path is not distinct from 'marketing' or influenced.deal is not null as is_influenced
from (from entered asof left join rates on entered.currency = rates.currency and entered.day >= rates.rate_date) as entered
left join primary_cycles using (deal) left join cycles using (lead, cycle)
left join accounts on entered.account = accounts.account
left join customers on entered.account = customers.account
left join influenced on entered.deal = influenced.deal;

---------- credit
create temp table models as
select
    row_number() over () as m, *, list_contains(string_split(default_for, '|'), conversion_type) is true as is_default,
    mid = 0 and half_life_days is null
    and (ft > 0)::int + (lc > 0)::int + (oc > 0)::int + (cw > 0)::int + (lt > 0)::int = 1 as is_single_touch
from (
    select * exclude (conversion_types), unnest(string_split(conversion_types, '|')) as conversion_type
    from read_csv('attribution_models.csv', types = {'half_life_days': 'int'})
);

-- who counts for a deal: its people, and everybody of the account
create temp table crew as
select deal, lead from links
union
select deal, lead from deals inner join leads using (account);

create temp table conversions as
with wins as (
    select
        won.deal, won_at, coalesce(in_euro(current_amount, won.currency, units_per_euro, rate_date, day), 0) as amount
    from (select *, day_of(won_at) as day from deals where won_at is not null and not is_renewal) as won
    asof left join rates on won.currency = rates.currency and won.day >= rates.rate_date
),
created as (select deal, min(inquiry_at) as lead_at from crew inner join cycles using (lead) group by deal),
origins as (
    select deal, origin_path, segment from pipeline
),
converted as (
    select
        unnest(['inquiry', 'mql', 'sal', 'sql']) as conversion_type, lead, cycle, null as deal,
        unnest([inquiry_at, mql_at, sal_at, sql_at]) as instant, inquiry_at as created_at, opens_after,
        null as opportunity_at, null as won_at, origin_path, segment, null as amount
    from cycles inner join spans using (lead, cycle)
    union all
    select
        'pipeline', null, null, deal, opportunity_at, lead_at, null, opportunity_at, null, origin_path, segment,
        pipeline.amount
    from deals inner join pipeline using (deal) left join created using (deal)
    union all
    select
        'revenue', null, null, deal, wins.won_at, lead_at, null, opportunity_at, wins.won_at, origin_path, segment,
        wins.amount
    from wins inner join deals using (deal) left join created using (deal) left join origins using (deal)
)
select
    row_number() over () as c, converted.*, month_of(instant) as month,
    instant - to_days(look_back_days::int) as opens_at, collapse_minutes
from converted inner join read_csv('attribution_policies.csv') using (conversion_type)
where instant is not null;

create temp table paths as
with eligible as (
    select
        lead, instant, channel, cast(substr(campaign_id, 2) as int) as campaign, touch_role = 'direct' as is_direct,
        row_number() over (order by instant, connection, source_id) as s,
        lag(instant) over (partition by lead, channel, campaign_id order by instant, connection, source_id) as last_at
    from touches inner join traces using (trace) inner join channels using (channel)
    where touch_role <> 'sales'
),
scoped as materialized (
    select c, lead, instant, opens_at, opens_after, collapse_minutes from conversions where deal is null
    union all
    select c, crew.lead, instant, opens_at, opens_after, collapse_minutes
    from conversions inner join crew using (deal)
),
journeys as materialized (
    select c, s, eligible.instant, channel, campaign, is_direct
    from scoped inner join eligible on scoped.lead = eligible.lead
        and eligible.instant between opens_at and scoped.instant
    where (opens_after is null or eligible.instant > opens_after)
        and (last_at is null or last_at < opens_at or last_at <= opens_after
            or eligible.instant > last_at + to_minutes(collapse_minutes))
)
select c, row_number() over (partition by c order by s) as t, instant, channel, campaign
from journeys
where not is_direct or c not in (select c from journeys where not is_direct);

-- what a model has to share out in a conversion: the numbers of its anchors, and all credit by them or by age
create temp table asked as
with positions as (
    select
        c, count(*) as n, max(t) filter (where paths.instant <= created_at) as created,
        max(t) filter (where paths.instant <= opportunity_at) as entered, max(paths.instant) as last_at
    from paths inner join conversions using (c) group by c
),
reached as (
    select
        c, m, last_at, models.* exclude (m, conversion_type),
        case when touches_until = 'opportunity' and opportunity_at is not null then coalesce(entered, 0)
            else coalesce(n, 0) end as reach,
        case when reach > 0 and ft > 0 then 1 end as ft_t, case when created <= reach and lc > 0 then created end as lc_t,
        case when entered <= reach and oc > 0 then entered end as oc_t,
        case when n <= reach and won_at is not null and cw > 0 then n end as cw_t,
        case when n <= reach and lt > 0 then n end as lt_t
    from conversions inner join models using (conversion_type) left join positions using (c)
),
aged as (
    select c, m, sum(cast(power(2, -date_diff('second', instant, last_at) / (86400 * half_life_days)) as decimal(38, 14)))
        as credits
    from reached inner join paths using (c) where half_life_days is not null and t <= reach group by c, m
)
select
    reached.*,
    reach - len(list_distinct([ft_t, lc_t, oc_t, cw_t, lt_t])) as middle,
    cast(coalesce(aged.credits, case when half_life_days is null then
        case when ft_t > 0 then ft else 0 end + case when lc_t > 0 then lc else 0 end
        + case when oc_t > 0 then oc else 0 end + case when cw_t > 0 then cw else 0 end
        + case when lt_t > 0 then lt else 0 end end, 0) as decimal(38, 14))::double
    + case when half_life_days is null and middle > 0 then mid else 0 end as credits
from reached left join aged using (c, m);

create temp table credits as
with held as (
    select
        c, m, t, reach, credits, mid, middle, half_life_days, channel, campaign,
        cast(case when half_life_days is not null
            then power(2, -date_diff('second', paths.instant, last_at) / (86400 * half_life_days))
            else case when t = ft_t then ft else 0 end + case when t = lc_t then lc else 0 end
            + case when t = oc_t then oc else 0 end + case when t = cw_t then cw else 0 end
            + case when t = lt_t then lt else 0 end
        end as decimal(38, 14)) as credit
    from asked inner join paths using (c)
    where t <= reach and not (credits = 0 and is_single_touch)
),
weighted as (
    select
        c, m, t, channel, campaign,
        case
            when credits = 0 then 1 / reach
            when credit = 0 and half_life_days is null then mid / middle / credits
            else credit::double / credits
        end as weight
    from held
    union all
    select c, m, 0, case when reach = 0 then '(no touch)' else '(no anchor)' end, null, 1
    from asked where reach = 0 or (credits = 0 and is_single_touch)
),
-- largest remainder; stages have no amounts
priced as (
    select
        weighted.*, cast(100 * abs(amount) as bigint) as cents, cast(100 * abs(amount) as double) * weight as exact,
        amount < 0 as is_negative
    from weighted inner join conversions using (c) where weight > 0 and deal is not null
),
ranked as (
    select
        *, row_number() over in_order as place,
        cents - sum(cast(floor(exact) as bigint)) over (partition by c, m) as left_over
    from priced
    window in_order as (partition by c, m order by cast(exact - floor(exact) as decimal(28, 9)) desc, t)
)
select
    c, m, channel, campaign, weight,
    cast(case when is_negative then -0.01 else 0.01 end * (floor(exact)::bigint + (place <= left_over)::int)
        as decimal(18, 2)) as amount
from ranked
union all
select c, m, channel, campaign, weight, null from weighted semi join (from conversions where deal is null) using (c)
where weight > 0;

create table kpi_attribution as
with campaigns as (
    select cast(substr(source_id, 2) as int) as campaign, name from newest('company.raw_crm.campaigns')
    union all select cast(substr(source_id, 2) as int), name from newest('company.raw_google_ads.campaigns')
    union all select cast(substr(source_id, 2) as int), name from newest('company.raw_linkedin_ads.campaigns')
    union all select cast(substr(source_id, 2) as int), name from newest('company.raw_meta_ads.campaigns')
    union all select cast(substr(source_id, 2) as int), name from newest('company.raw_microsoft_ads.campaigns')
),
summed as (
    select m, month, channel, campaign, sum(weight) as credited_conversions, sum(credits.amount) as credited_amount
    from credits inner join conversions using (c) group by all
)
select
    month, conversion_type, attribution_model, channel, coalesce(name, '(not set)') as campaign, is_default,
    credited_conversions, credited_amount
from summed inner join models using (m) left join campaigns using (campaign);

create temp table default_credits as
select conversions.* exclude (amount), channel, weight, credits.amount
from credits semi join (from models where is_default) using (m) inner join conversions using (c);

create table kpi_pipeline_contribution as
select
    month, origin_path, channel, segment, sum(opportunities) as opportunities, sum(amount) as new_pipeline_amount,
    sum(influenced) as influenced_opportunities, sum(case when influenced > 0 then amount else 0 end) as influenced_pipeline_amount,
    sum(attributed) as attributed_pipeline_amount
from (
    select
        month, origin_path, channel, segment, 1 as opportunities, amount, is_influenced::int as influenced,
        0::decimal(18, 2) as attributed
    from pipeline
    union all
    select month, origin_path, channel, segment, 0, 0, 0, amount from default_credits where conversion_type = 'pipeline'
)
group by all;

---------- the funnel
create temp table windows as select from_stage, to_stage, window_days, is_funnel_pair from read_csv('stage_windows.csv');
create temp macro days_of(a, b) as (select window_days from windows where from_stage = a and to_stage = b);
create temp table reached as
select
    lead, cycle, origin_path, channel, segment, stage, instant, month_of(instant) as month,
    first_touch_at, inquiry_at, mql_at, sal_at, sql_at, opportunity_at, won_at
from (
    select *, unnest(['first_touch', 'inquiry', 'mql', 'sal', 'sql', 'opportunity', 'won']) as stage,
        unnest([first_touch_at, inquiry_at, mql_at, sal_at, sql_at, opportunity_at, won_at]) as instant
    from cycles
)
where instant is not null;

create temp table flows as
with entered as (
    select
        from_stage, to_stage, window_days, month, origin_path, channel, segment, instant,
        case to_stage
            when 'inquiry' then inquiry_at when 'mql' then mql_at when 'sal' then sal_at when 'sql' then sql_at
            when 'opportunity' then opportunity_at when 'won' then won_at
        end as to_at
    from reached inner join windows on stage = from_stage and is_funnel_pair
    where stage <> 'first_touch' or cycle = 1
),
arrived as (
    select from_stage, to_stage, month, origin_path, channel, segment, count(*) as arrived
    from reached inner join windows on stage = to_stage and is_funnel_pair group by all
),
summed as (
    select
        from_stage, to_stage, month, origin_path, channel, segment, count(*) as entered,
        count(*) filter (where instant + to_days(window_days::int) <= getvariable('as_of')) as matured,
        count(*) filter (where instant + to_days(window_days::int) <= getvariable('as_of') and to_at <= instant + to_days(window_days::int))
            as converted_in_window,
        count(to_at) as converted_to_date
    from entered group by all
)
select
    * replace (coalesce(entered, 0) as entered, coalesce(matured, 0) as matured,
        coalesce(converted_in_window, 0) as converted_in_window, coalesce(converted_to_date, 0) as converted_to_date,
        coalesce(arrived, 0) as arrived)
from summed full join arrived using (from_stage, to_stage, month, origin_path, channel, segment);

-- the bounds of Wilson, kept within 0 and 1; none without cases
create temp macro wilson(k, n, side) as case when n > 0 then least(1, greatest(0, (
    k / n + 1.959964 * 1.959964 / (2 * n) + side * 1.959964 * sqrt(
        k / n * (1 - k / n) / n + 1.959964 * 1.959964 / (4 * n * n)
    )
) / (1 + 1.959964 * 1.959964 / n))) end;
create table kpi_funnel_conversion as
with based as (
    select
        basis, flows.*, case basis when 'cohort' then matured else entered end as cases,
        case basis when 'cohort' then converted_in_window when 'to_date' then converted_to_date else arrived end
            as converted
    from flows, (values ('cohort'), ('to_date'), ('period')) as bases (basis)
    where basis = 'period' or entered > 0
)
select
    basis, month, origin_path, channel, segment, from_stage, to_stage, entered, cases as matured, converted,
    case when basis <> 'period' then converted / nullif(cases, 0) end as conversion_rate,
    case when basis <> 'period' then wilson(converted, cases, -1) end as ci_low,
    case when basis <> 'period' then wilson(converted, cases, 1) end as ci_high,
    case when basis = 'cohort' then cases / nullif(entered, 0) end as mature_share,
    case when basis = 'cohort' then window_days end as window_days,
    case when basis = 'period' then converted / nullif(entered, 0) end as flow_ratio
from based inner join windows using (from_stage, to_stage);

---------- cost per qualified lead
create table kpi_cost_per_qualified_lead as
with period as (
    select
        'period' as basis, month, channel, replace(conversion_type, 'pipeline', 'opportunity') as stage, weight as n
    from default_credits where origin_path = 'marketing' and conversion_type <> 'revenue'
),
-- a cycle that reached an opportunity is credited as its SQL is
cohort as (
    select month_of(inquiry_at) as month, channel, stage, weight as n
    from (
        select
            *, unnest(case conversion_type when 'sql' then ['sql', 'opportunity'] else [conversion_type] end) as stage
        from default_credits where origin_path = 'marketing' and deal is null
    )
    inner join (select lead, cycle, inquiry_at, mql_at, sal_at, sql_at, cycles.opportunity_at as entered_at from cycles)
        using (lead, cycle)
    where case stage
        when 'inquiry' then true
        when 'mql' then mql_at <= inquiry_at + to_days(days_of('inquiry', 'mql')::int)
        when 'sal' then sal_at <= inquiry_at + to_days(days_of('inquiry', 'sal')::int)
        when 'sql' then sql_at <= inquiry_at + to_days(days_of('inquiry', 'sql')::int)
        else entered_at <= inquiry_at + to_days(days_of('inquiry', 'opportunity')::int)
    end
),
scopes as (select cost_scope, cost_category from read_csv('cost_scopes.csv')),
parts as (
    select basis, month, channel, cost_scope, cost_amount, null as stage, 0 as n
    from costs inner join scopes using (cost_category), (values ('period'), ('cohort')) as bases (basis)
    union all
    select basis, month, channel, cost_scope, 0, stage, n
    from (from period union all by name select 'cohort' as basis, * from cohort), (select distinct cost_scope from scopes)
),
summed as (
    select
        basis, month, channel, cost_scope, sum(cost_amount) as cost_amount,
        coalesce(sum(n) filter (where stage = 'inquiry'), 0) as inquiries, coalesce(sum(n) filter (where stage = 'mql'), 0) as mqls,
        coalesce(sum(n) filter (where stage = 'sal'), 0) as sals, coalesce(sum(n) filter (where stage = 'sql'), 0) as sqls,
        coalesce(sum(n) filter (where stage = 'opportunity'), 0) as opportunities,
        basis = 'period' or timezone('UTC', timezone('Europe/Berlin', cast(last_day(month) as timestamp)
            + interval '1 day' - interval '1 second')) + to_days(days_of('inquiry', 'opportunity')::int)
            <= getvariable('as_of') as is_matured
    from parts group by all
),
qualified as (
    select *, case stage when 'inquiry' then inquiries when 'mql' then mqls when 'sal' then sals when 'sql' then sqls
        when 'opportunity' then opportunities end as qualified_leads
    from summed cross join (select stage from read_csv('qualified_lead_stage.csv'))
)
select
    * exclude (stage, is_matured), is_matured,
    case when is_matured then cost_amount::double / nullif(inquiries, 0) end as cost_per_inquiry,
    case when is_matured then cost_amount::double / nullif(mqls, 0) end as cost_per_mql,
    case when is_matured then cost_amount::double / nullif(sals, 0) end as cost_per_sal,
    case when is_matured then cost_amount::double / nullif(sqls, 0) end as cost_per_sql,
    case when is_matured then cost_amount::double / nullif(opportunities, 0) end as cost_per_opportunity,
    case when is_matured then cost_amount::double / nullif(qualified_leads, 0) end as cost_per_qualified_lead,
    is_matured and cost_amount > 0 and qualified_leads = 0 as spend_without_output
from qualified;
