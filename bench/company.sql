-- The raw tables of a company with getvariable('leads') leads, straight in DuckDB: what `leitstand land` would
-- have left of export files. Deterministic: every draw is a hash of the row's own key.
--
-- Each lead has ten touches and six changes of its status in CRM and automation. Skewed: accounts by a power
-- law (five leads on the average, as many as 700 of 100 thousand, 2,200 of a million), campaigns by Zipf's law,
-- channels by their shares, two in five leads never qualify and one in ten brings an opportunity. What is
-- counted per opportunity and touch of its account grows by that law as n log n.
-- The connections, stages, reasons and currencies are those of the demo's agreement.
create or replace temp macro draw(key, salt) as (hash(xor(hash(key), hash(salt))) >> 11) / 9007199254740992.0;
create or replace temp macro after(instant, seconds) as instant + to_seconds(cast(floor(seconds) as bigint));

set variable history_start = timestamp '2024-07-01 00:00:00';
set variable landed_at = timestamp '2026-07-01 04:00:00';
set variable accounts = cast(getvariable('leads') // 5 as bigint);

-- Six changes of status on each way; stages as the systems write them are in `written`.
create or replace temp table ways as
select * from (values
    (1, ['engaged', 'inquiry', 'engaged', 'inquiry', 'engaged', 'inquiry']),
    (2, ['engaged', 'inquiry', 'scored', 'mql', 'rejected', 'engaged']),
    (3, ['engaged', 'scored', 'sal', 'recycled', 'scored', 'rejected']),
    (4, ['engaged', 'scored', 'rejected', 'mql', 'sal', 'sql']),
    (5, ['engaged', 'inquiry', 'scored', 'mql', 'sal', 'disqualified']),
    (6, ['engaged', 'inquiry', 'scored', 'mql', 'sal', 'sql'])
) as ways (way, statuses);

create or replace temp table written as
select * from (values
    ('engaged', 'automation', 'Engaged', false),
    ('scored', 'automation', 'MQL', false),
    ('engaged', 'crm', 'Anfrage', false),
    ('scored', 'crm', 'MQL', false),
    ('inquiry', 'crm', 'Anfrage', false),
    ('mql', 'crm', 'MQL', false),
    ('sal', 'crm', 'Vom Vertrieb angenommen', true),
    ('sql', 'crm', 'Qualifiziert', true),
    ('rejected', 'crm', 'Abgelehnt', true),
    ('recycled', 'crm', 'Zurück ins Nurturing', true),
    ('disqualified', 'crm', 'Disqualifiziert', true)
) as written (status, connection, value, is_by_sales);

-- Of a hundred touches, how many come this way, and what they carry.
create or replace temp table touch_kinds as
select row_number() over (order by kind, copy) - 1 as slot, kinds.*
from (values
    (1, 26, 'session', null, null, 'https://www.google.com/', null, false),
    (2, 18, 'ad_click', 'google', 'cpc', 'https://www.google.com/', 'gclid', true),
    (3, 14, 'session', null, null, null, null, false),
    (4, 12, 'email_click', 'newsletter', 'email', null, null, true),
    (5, 8, 'content', null, null, 'https://www.bing.com/search', null, false),
    (6, 6, 'ad_click', 'linkedin', 'cpc', 'https://www.linkedin.com/feed', 'li_fat_id', true),
    (7, 5, 'form', 'google', 'cpc', 'https://www.google.com/', null, true),
    (8, 3, 'webinar', null, null, null, null, true),
    (9, 2, 'event', null, null, null, null, true),
    (10, 2, 'session', 'chatgpt.com', null, 'https://chatgpt.com/', null, false),
    (11, 2, 'session', 'haendler', 'partner', 'https://www.haendler.example/', null, false),
    (12, 1, 'chat', null, null, 'https://www.konstruktionspraxis.example/artikel', null, false),
    (13, 1, 'session', null, null, 'https://www.xing.com/', null, false)
) as kinds (kind, share, touch_type, utm_source, utm_medium, referrer, click_kind, has_campaign),
unnest(range(1, share + 1)) as copies (copy);

create or replace temp table leads as
with drawn as (
    select
        i,
        after(getvariable('history_start'), draw(i, 'created') * 729 * 86400) as created_at,
        -- a power law: the account of rank r has a share of r ^ -0.5
        1 + cast(floor(getvariable('accounts') * power(draw(i, 'account'), 2)) as bigint) as account,
        draw(i, 'way') as way_draw,
        -- a day to three weeks between two changes
        86400 * (1 + 20 * power(draw(i, 'pace'), 2)) as pace,
        draw(i, 'address') as address_draw,
        draw(i, 'automation') < 0.5 as is_in_automation,
        draw(i, 'double') < 0.05 as is_double,
        1 + cast(floor(30 * draw(i, 'owner')) as bigint) as owner
    from range(1, getvariable('leads') + 1) as numbers (i)
)
select
    drawn.*,
    case when way_draw < 0.40 then 1 when way_draw < 0.60 then 2 when way_draw < 0.70 then 3
        when way_draw < 0.75 then 4 when way_draw < 0.85 then 5 else 6
    end as way,
    case
        when address_draw < 0.10 then 'person' || i || '@gmail.com'
        when address_draw < 0.20 then 'person' || i || '@sub.firma' || account || '.example'
        else 'person' || i || '@firma' || account || '.example'
    end as email,
    after(created_at, pace * 5 + 3 * 86400) as qualified_at
from drawn;

-- One in ten leads: most of those that qualified.
create or replace temp table deals as
select
    leads.*,
    'O' || i as opportunity,
    after(qualified_at, draw(i, 'deal') * 10 * 86400) as opened_at,
    -- the deal is worth ten thousand, most are worth less
    cast(1000 + round(9000 * exp(2 * (draw(i, 'amount') - 0.5) * 2), 2) as decimal(18, 6)) as amount,
    ['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'CHF'][1 + cast(floor(10 * draw(i, 'currency')) as int)]
        as currency,
    after(qualified_at, (20 + 120 * draw(i, 'close')) * 86400) as closed_at,
    draw(i, 'outcome') as outcome_draw,
    draw(i, 'link') as link_draw,
    case when draw(i, 'type') < 0.05 then 'renewal' else 'new_business' end as opportunity_type,
    draw(i, 'partner') < 0.03 as is_partner,
    lead(i) over (partition by account order by created_at, i) as colleague
from leads
where way in (4, 6) and draw(i, 'has deal') < 0.5;

insert into raw_crm.accounts by name
select
    'A' || a as source_id,
    ['Müller Antriebe ', 'Huber Fördertechnik ', 'Werk ', 'Precision Drives '][1 + cast(a % 4 as int)] || a
    || [' GmbH', ' GmbH & Co. KG', ' AG', ' Ltd'][1 + cast(a % 4 as int)] as name,
    case when a % 20 > 0 then 'firma' || a || '.example' end as domain,
    case when a % 25 = 0 then 'A' || (1 + a // 50) end as parent_id,
    ['DE', 'DE', 'DE', 'AT', 'CH', 'IT', 'FR', 'NL'][1 + cast(floor(8 * draw(a, 'country')) as int)] as country,
    ['Maschinenbau', 'Anlagenbau', 'Energie', 'Kunststoff', 'Verpackung'][1 + cast(floor(5 * draw(a, 'industry')) as int)]
        as industry,
    cast(5 * exp(7 * draw(a, 'size')) as bigint) as employees
from range(1, getvariable('accounts') + 1) as numbers (a);

insert into raw_crm.users by name
select
    'U' || u as source_id,
    case
        when u <= 9 then 'Vertrieb Nord'
        when u <= 18 then 'Vertrieb Süd'
        when u <= 24 then 'Vertrieb Österreich/Schweiz'
        when u <= 30 then 'Inside Sales'
        else 'Marketing'
    end as team,
    case when u <= 24 then 'sales' when u <= 30 then 'sdr' else 'marketing' end as role,
    true as is_active
from range(1, 37) as numbers (u);

insert into raw_crm.persons by name
select
    'L' || i as source_id,
    'lead' as kind,
    created_at,
    'second' as created_precision,
    email,
    case when i % 3 = 0 then '+49 89 ' || (10000000 + i) end as phone,
    'v' || i as visitor_id,
    'Müller Antriebe ' || account || ' GmbH' as company_name,
    case when address_draw >= 0.15 then 'A' || account end as account_id,
    ['DE', 'DE', 'DE', 'AT', 'CH', 'IT', 'FR', 'NL'][1 + cast(floor(8 * draw(account, 'country')) as int)] as country,
    ['Konstrukteur', 'Einkäufer', 'Geschäftsführer', 'Student'][1 + cast(floor(4 * power(draw(i, 'title'), 2)) as int)]
        as job_title,
    ['Google Ads', 'Website', 'Messe', 'Newsletter', 'Sonstiges'][1 + cast(floor(5 * draw(i, 'source')) as int)]
        as lead_source,
    'U' || owner as owner_id,
    deals.opportunity as converted_opportunity_id,
    case when draw(i, 'consent') < 0.02 then 'withdrawn' else 'granted' end as consent_state
from leads
left join (select i, opportunity from deals where link_draw < 0.5) as deals using (i);

-- a second record of the same human, told by the address, and by its case only
insert into raw_crm.persons by name
select
    'D' || i as source_id,
    'lead' as kind,
    after(created_at, draw(i, 'again') * 60 * 86400) as created_at,
    'second' as created_precision,
    upper(email) as email,
    'Müller Antriebe ' || account || ' GmbH' as company_name,
    'DE' as country,
    'Website' as lead_source,
    'granted' as consent_state
from leads
where is_double and after(created_at, draw(i, 'again') * 60 * 86400) <= getvariable('landed_at');

insert into raw_automation.persons by name
select
    'M' || i as source_id,
    'lead' as kind,
    after(created_at, -60) as created_at,
    'second' as created_precision,
    case when i % 10 > 0 then email else 'privat' || i || '@gmx.de' end as email,
    'v' || i as visitor_id,
    'L' || i as foreign_id,
    'granted' as consent_state
from leads
where is_in_automation;

-- of ten touches the last one comes before the record
create or replace temp table touches as
with drawn as (
    select
        i,
        t,
        is_in_automation and t <= 4 as is_in_automation,
        cast(floor(100 * draw(i * 16 + t, 'kind')) as bigint) as slot,
        -- Zipf's law: the campaign of rank r has a share of 1 / r
        cast(floor(power(200, draw(i * 16 + t, 'campaign'))) as bigint) as campaign,
        after(created_at, 86400 * case
            when t = 10 then -10 * draw(i, 'first')
            else 200 * draw(i * 16 + t, 'when') - 60
        end) as happened_at
    from leads, range(1, 11) as numbers (t)
)
select
    drawn.*,
    kinds.*,
    case when has_campaign then 'kampagne-' || campaign end as utm_campaign,
    case when has_campaign then 'C' || campaign end as campaign_id,
    click_kind || '.' || i || t as click_id
from drawn inner join touch_kinds as kinds using (slot)
where happened_at <= getvariable('landed_at');

insert into raw_automation.touches by name
select
    'MT' || i || '-' || t as source_id, 'M' || i as person_id, happened_at, 'second' as happened_precision,
    touch_type, utm_source, utm_medium, utm_campaign, referrer, campaign_id, click_id,
    case when touch_type = 'content' then 'whitepaper-' || (i % 17) end as content_asset,
    'granted' as consent_state
from touches
where is_in_automation;

-- what is not in automation, the web tracker knows by the visitor
insert into raw_web.touches by name
select
    'WT' || i || '-' || t as source_id, 'v' || i as visitor_id, happened_at, 'second' as happened_precision,
    touch_type, utm_source, utm_medium, utm_campaign, referrer, campaign_id, click_id,
    'https://www.talbrueck.example/seite-' || (campaign % 40) as landing_page,
    'granted' as consent_state
from touches
where not is_in_automation;

-- one visitor in ten leads never says who it is
insert into raw_web.touches by name
select
    'AT' || i as source_id,
    'anonymous' || i as visitor_id,
    after(getvariable('history_start'), draw(i, 'visit') * 729 * 86400) as happened_at,
    'second' as happened_precision,
    kinds.touch_type,
    kinds.utm_source,
    kinds.utm_medium,
    kinds.referrer,
    'granted' as consent_state
from range(1, getvariable('leads') // 10 + 1) as numbers (i)
inner join touch_kinds as kinds on kinds.slot = cast(floor(100 * draw(i, 'anonymous')) as bigint);

create or replace temp table changes as
select
    leads.i,
    numbers.e,
    written.connection,
    case written.connection when 'crm' then 'L' else 'M' end || leads.i as subject_id,
    written.value,
    written.status,
    after(leads.created_at, leads.pace * (numbers.e - 1) + 3600 * (1 + 20 * draw(leads.i * 8 + numbers.e, 'hour')))
        as changed_at,
    case
        when not written.is_by_sales then 'U31'
        -- now and then somebody accepts who is not in sales
        when draw(leads.i * 8 + numbers.e, 'actor') < 0.04 then 'U' || (25 + leads.i % 12)
        else 'U' || leads.owner
    end as changed_by
from leads
inner join ways using (way)
cross join range(1, 7) as numbers (e)
inner join written
    on ways.statuses[cast(numbers.e as int)] = written.status
    and (written.connection = 'automation') = (leads.is_in_automation and written.status in ('engaged', 'scored'));

insert into raw_automation.stage_signals by name
select
    'MS' || i || '-' || e as source_id, 'person' as subject, subject_id, 'status' as field, value as new_value,
    changed_at, 'second' as changed_precision
from changes
where connection = 'automation' and changed_at <= getvariable('landed_at');

insert into raw_crm.stage_signals by name
select
    'LS' || i || '-' || e as source_id, 'person' as subject, subject_id, 'status' as field, value as new_value,
    changed_at, 'second' as changed_precision, changed_by,
    case
        when status in ('rejected', 'recycled', 'disqualified')
            then ['no_interest', 'unreachable', 'no_fit_company', 'bad_data'][1 + cast(i % 4 as int)]
    end as reason
from changes
where connection = 'crm' and changed_at <= getvariable('landed_at');

insert into raw_crm.stage_signals by name
with steps as (
    select
        *,
        after(opened_at, share * date_diff('second', opened_at, closed_at)) as changed_at
    from deals, (values
        (1, 'stage', 'Angebot', 0.0, null),
        (2, 'amount', null, 0.1, 1.0),
        (3, 'stage', 'Verhandlung', 0.5, null),
        (4, 'amount', null, 0.6, 0.85),
        (5, 'stage', 'Ende', 1.0, null)
    ) as steps (e, field, value, share, factor)
    where closed_at > opened_at and (e < 5 or outcome_draw < 0.8)
)
select
    'OS' || i || '-' || e as source_id, 'opportunity' as subject, opportunity as subject_id, field,
    case when e < 5 then value when outcome_draw < 0.3 then 'Gewonnen' else 'Verloren' end as new_value,
    cast(round(amount * factor, 2) as decimal(18, 6)) as new_amount,
    changed_at, 'second' as changed_precision, 'U' || owner as changed_by
from steps
where changed_at <= getvariable('landed_at');

insert into raw_crm.opportunities by name
select
    opportunity as source_id,
    'A' || account as account_id,
    opportunity_type,
    case
        when closed_at > getvariable('landed_at') or outcome_draw >= 0.8 then 'Verhandlung'
        when outcome_draw < 0.3 then 'Gewonnen'
        else 'Verloren'
    end as stage,
    -- what the record holds is what its history ends with
    case
        when after(opened_at, 0.6 * date_diff('second', opened_at, closed_at)) <= getvariable('landed_at')
            then cast(round(amount * 0.85, 2) as decimal(18, 6))
        else amount
    end as amount,
    currency,
    ['Getriebemotor', 'Planetengetriebe', 'Wartungsvertrag'][1 + cast(i % 3 as int)] as product,
    opened_at as created_at,
    'second' as created_precision,
    case when closed_at <= getvariable('landed_at') and outcome_draw < 0.8 then closed_at end as closed_at,
    case when closed_at <= getvariable('landed_at') and outcome_draw < 0.8 then 'second' end as closed_precision,
    case when closed_at <= getvariable('landed_at') and outcome_draw between 0.3 and 0.8 then 'price' end
        as loss_reason,
    'U' || owner as owner_id,
    is_partner
from deals
where opened_at <= getvariable('landed_at') and closed_at > opened_at;

-- nine in ten deals name their people: the lead, and in part a colleague
insert into raw_crm.opportunity_persons by name
select
    opportunity || '|' || person as source_id,
    opportunity as opportunity_id,
    person as person_id,
    'Entscheider' as role,
    is_primary
from (
    select opportunity, 'L' || i as person, true as is_primary, opened_at, closed_at from deals where link_draw < 0.9
    union all
    select opportunity, 'L' || colleague, false, opened_at, closed_at from deals
    where link_draw between 0.3 and 0.7 and colleague is not null
)
where opened_at <= getvariable('landed_at') and closed_at > opened_at;

-- before sales qualifies there is mostly a conversation; one lead in ten is called out of the blue
insert into raw_crm.activities by name
with called as (
    select
        *,
        after(created_at, case kind
            when 'c' then -86400 * 30 * draw(i, 'cold')
            else pace * 4 + 3600 * (20 + 4 * draw(i, kind))
        end) as happened_at
    from leads, (values ('c', 'call', 'outbound'), ('m', 'meeting', 'outbound'), ('r', 'email', 'inbound'))
        as kinds (kind, activity_type, direction)
    where case kind
        when 'c' then draw(i, 'is called') < 0.1
        when 'm' then way >= 4 and draw(i, 'meets') < 0.6
        else way >= 4 and draw(i, 'writes') < 0.7
    end
)
select
    'T' || i || kind as source_id, 'L' || i as person_id, activity_type, direction, false as is_automated,
    'U' || owner as actor_id, happened_at, 'second' as happened_precision
from called
where happened_at <= getvariable('landed_at');

create or replace temp table campaigns as
select k, 'C' || k as source_id, ['google_ads', 'linkedin_ads', 'meta_ads', 'microsoft_ads', 'crm'][1 + cast(k % 5 as int)] as connection
from range(1, 201) as numbers (k);

create or replace temp table spending as
select
    campaigns.connection,
    campaigns.source_id || '|' || cast(day as date) || '|' || record_type as source_id,
    campaigns.connection as platform,
    'account' as account_id,
    campaigns.source_id as campaign_id,
    cast(day as date) as spend_date,
    record_type,
    cast(round(
        case record_type when 'spend' then 1 else -0.2 end
        * getvariable('leads') * (0.5 + draw(hash(k, day), 'spend')) * 0.02 / k, 2
    ) as decimal(18, 6)) as amount,
    case when k % 3 = 0 then 'USD' else 'EUR' end as currency
from campaigns, range(getvariable('history_start'), timestamp '2026-07-01', interval 1 day) as days (day),
    (values ('spend'), ('credit')) as types (record_type)
where campaigns.connection <> 'crm' and (record_type = 'spend' or extract(day from day) = 3);

insert into raw_crm.campaigns by name
select source_id, 'Kampagne ' || k as name, 'event' as channel from campaigns where connection = 'crm';

insert into raw_google_ads.campaigns by name
select source_id, 'Kampagne ' || k as name, connection as platform from campaigns where connection = 'google_ads';
insert into raw_google_ads.spend by name
select * exclude (connection) from spending where connection = 'google_ads';

insert into raw_linkedin_ads.campaigns by name
select source_id, 'Kampagne ' || k as name, connection as platform from campaigns where connection = 'linkedin_ads';
insert into raw_linkedin_ads.spend by name
select * exclude (connection) from spending where connection = 'linkedin_ads';

insert into raw_meta_ads.campaigns by name
select source_id, 'Kampagne ' || k as name, connection as platform from campaigns where connection = 'meta_ads';
insert into raw_meta_ads.spend by name
select * exclude (connection) from spending where connection = 'meta_ads';

insert into raw_microsoft_ads.campaigns by name
select source_id, 'Kampagne ' || k as name, connection as platform from campaigns where connection = 'microsoft_ads';
insert into raw_microsoft_ads.spend by name
select * exclude (connection) from spending where connection = 'microsoft_ads';

insert into raw_finance.other_costs by name
select
    item || '|' || cast(month as date) as source_id,
    item,
    cast(month as date) as period_start,
    last_day(month) as period_end,
    cost_category,
    channel,
    cast(getvariable('leads') * share + extract(month from month) as decimal(18, 6)) as amount,
    currency
from range(getvariable('history_start'), timestamp '2026-07-01', interval 1 month) as months (month), (values
    ('Agentur', 'program', null, 0.05, 'EUR'),
    ('Messe', 'program', 'event', 0.06, 'EUR'),
    ('Newsletter', 'program', 'email', 0.01, 'USD'),
    ('Anzeigen', 'media', 'trade_press', 0.02, 'CHF'),
    ('Gehälter', 'overhead', null, 0.12, 'EUR')
) as items (item, cost_category, channel, share, currency);

insert into raw_finance.fx_rates by name
select
    currency || '|' || cast(day as date) as source_id,
    currency,
    cast(day as date) as rate_date,
    cast(round(middle * (0.95 + 0.1 * draw(hash(currency, day), 'rate')), 6) as decimal(18, 6)) as units_per_euro,
    'synthetic' as provider
from range(timestamp '2024-05-01', timestamp '2026-07-01', interval 1 day) as days (day),
    (values ('USD', 1.1), ('CHF', 0.95)) as currencies (currency, middle)
where isodow(day) < 6;

-- A second load brings newer versions of one lead in fifty, and of the spend of the last 35 days.
insert into raw_crm.persons by name
select * replace (2 as load_number, 'Leitung Einkauf' as job_title) from raw_crm.persons
where source_id like 'L%7' and cast(substr(source_id, 2) as bigint) % 50 = 7;
insert into raw_google_ads.spend by name
select * replace (2 as load_number, cast(round(amount * 0.97, 2) as decimal(18, 6)) as amount) from raw_google_ads.spend
where spend_date >= date '2026-05-28';
insert into raw_linkedin_ads.spend by name
select * replace (2 as load_number, cast(round(amount * 0.97, 2) as decimal(18, 6)) as amount) from raw_linkedin_ads.spend
where spend_date >= date '2026-05-28';
