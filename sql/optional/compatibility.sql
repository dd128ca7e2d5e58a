-- Optional: read-only views with the names and columns of older credit systems' tables, for reports
-- and pages that still read them. docs/compatibility.md says which column is what.
--
-- Run it in one transaction as the owner of pgcredits, as often as wanted; compatibility_down.sql
-- takes it away. A view reads with its reader's rights: the row policies of the tables below, or a
-- rule here that asks who calls, choose the rows.
--
-- Units    credits, exact; prices in major units of the catalog's currency. user_id is the account:
--          a personal account has its user's id.
-- Errors   PT409 name_taken: the host has a relation of one of these names.
select set_config('lock_timeout', '4s', true);

do $$
declare
    v_name text;
begin
    select c.relname into v_name
    from pg_class as c
    where
        c.relnamespace = 'public'::regnamespace
        and c.relname = any(array[
            'user_credits', 'user_credit_status', 'credit_packages', 'model_credit_costs',
            'credits_transactions', 'user_subscriptions', 'credit_disputes', 'credit_promotions',
            'monthly_usage', 'query_log'
        ])
        and coalesce(obj_description(c.oid, 'pg_class'), '') not like 'Compatibility of pgcredits:%'
    order by c.relname
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('relation', v_name)::text,
            hint = 'Schema public has a relation of this name: rename or drop it first.';
    end if;
end
$$;

-- The subscriptions of an account that the caller may read.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.compatible_subscriptions(p_account_id uuid)
returns table (
    id text,
    package_id text,
    status text,
    start_date timestamptz,
    next_billing_date timestamptz,
    monthly_credit_limit numeric
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
begin
    return query
    select
        s.id,
        coalesce(s.paid_plan, s.plan),
        s.status,
        s.created_at,
        credits.next_billing_at(s),
        (
            select p.monthly_credits::numeric
            from credits.plans as p
            where
                p.version = credits.version_in_force(statement_timestamp())
                and p.code = coalesce(s.paid_plan, s.plan)
        )
    from credits.subscriptions as s
    where s.account_id = v_account_id and s.livemode = credits.livemode(s.provider);
end;
$$;

comment on function credits.compatible_subscriptions(uuid) is
'The subscriptions of an account that the caller may read.';

revoke all on function credits.compatible_subscriptions(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.compatible_subscriptions(uuid) to authenticated, service_role;

-- The disputes of an account that the caller may read: members and viewers see their own.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.compatible_disputes(p_account_id uuid)
returns setof public.credit_dispute
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
begin
    return query
    select s.*
    from credits.disputes as d
    cross join lateral credits.show_dispute(d) as s
    where
        d.account_id = v_account_id
        and (v_only_user_id is null or d.user_id = v_only_user_id);
end;
$$;

comment on function credits.compatible_disputes(uuid) is
'The disputes of an account that the caller may read.';

revoke all on function credits.compatible_disputes(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.compatible_disputes(uuid) to authenticated, service_role;

-- All promotions for administrators and the back end; none for anybody else, who would learn codes.
--
-- Errors   42501 not_signed_in, user_unknown
create or replace function credits.compatible_promotions()
returns setof public.credit_promotion
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    begin
        perform credits.acting_admin();
    exception when sqlstate 'PT403' then
        return;
    end;
    return query
    select s.*
    from credits.promotions as p
    cross join lateral credits.show_promotion(p) as s;
end;
$$;

comment on function credits.compatible_promotions() is
'All promotions, for administrators and the back end.';

revoke all on function credits.compatible_promotions()
from public, anon, authenticated, service_role;
grant execute on function credits.compatible_promotions() to authenticated, service_role;

-- Balances, as get_credit_balance tells them: what has expired or is held cannot be spent.

create or replace view public.user_credits with (security_invoker = true) as
select
    a.id as user_id,
    b.available as balance,
    b.total_purchased,
    b.total_spent
from credits.accounts as a
cross join lateral public.get_credit_balance(a.id) as b;

comment on view public.user_credits is
'Compatibility of pgcredits: what each account that the reader may read can spend.';

create or replace view public.user_credit_status with (security_invoker = true) as
select
    a.id as user_id,
    b.current_credits as credits,
    b.credit_status
from credits.accounts as a
cross join lateral public.get_credit_balance(a.id) as b;

comment on view public.user_credit_status is
'Compatibility of pgcredits: the credit columns of users.';

-- The price list in force. A pack has a price, a plan a monthly_price; the other one is null.

create or replace view public.credit_packages with (security_invoker = true) as
select
    p.code as id,
    p.name,
    p.credits,
    p.bonus_credits as bonus,
    round(p.price_cents / 100.0, 2) as price,
    null::numeric as monthly_price,
    p.credits + p.bonus_credits as credit_amount,
    round(p.price_cents / 100.0 / (p.credits + p.bonus_credits), 4) as credit_rate,
    p.features,
    true as is_active
from public.list_credit_packages() as p
union all
select
    p.code as id,
    p.name,
    null as credits,
    null as bonus,
    null as price,
    round(p.price_cents / m.months / 100, 2) as monthly_price,
    p.monthly_credits as credit_amount,
    round(p.price_cents / m.months / 100 / nullif(p.monthly_credits, 0), 4) as credit_rate,
    p.features,
    not p.contact_only as is_active
from public.list_credit_plans() as p
cross join lateral (
    values (case p.billing_interval when 'year' then 12.0 else 1.0 end)
) as m (months);

comment on view public.credit_packages is
'Compatibility of pgcredits: the packs and plans of the catalog in force.';

-- Where classes of tokens differ in price, the dearest: nothing costs more than it says.
create or replace view public.model_credit_costs with (security_invoker = true) as
select
    p.service as model,
    p.provider,
    trim_scale(max(p.credits * 1000 / p.unit_size)) as credits_per_1k,
    p.tier as cost_tier
from public.list_credit_prices() as p
where p.provider is not null and p.meter ~ 'tokens$'
group by p.service, p.provider, p.tier;

comment on view public.model_credit_costs is
'Compatibility of pgcredits: what 1,000 tokens of each model cost at most.';

-- An account counts its own transactions, so their text ids carry the account.

create or replace view public.credits_transactions with (security_invoker = true) as
select
    t.account_id || ':' || t.id as id,
    t.account_id as user_id,
    t.amount,
    t.description,
    t.transaction_type,
    t.created_at
from public.credit_transactions as t;

comment on view public.credits_transactions is
'Compatibility of pgcredits: the history that the reader may read.';

create or replace view public.user_subscriptions with (security_invoker = true) as
select
    s.id,
    a.id as user_id,
    s.package_id,
    s.status,
    s.start_date,
    s.next_billing_date,
    s.monthly_credit_limit
from credits.accounts as a
cross join lateral credits.compatible_subscriptions(a.id) as s;

comment on view public.user_subscriptions is
'Compatibility of pgcredits: the subscriptions of the accounts that the reader may read.';

create or replace view public.credit_disputes with (security_invoker = true) as
select
    d.id,
    a.id as user_id,
    d.account_id || ':' || d.transaction_id as transaction_id,
    d.reason,
    d.description,
    d.status,
    d.requested_refund
from credits.accounts as a
cross join lateral credits.compatible_disputes(a.id) as d;

comment on view public.credit_disputes is
'Compatibility of pgcredits: the disputes that the reader may read.';

create or replace view public.credit_promotions with (security_invoker = true) as
select
    p.code as id,
    p.name,
    p.discount_type,
    p.discount_value,
    p.starts_at as start_date,
    p.ends_at as end_date,
    p.is_active
from credits.compatible_promotions() as p;

comment on view public.credit_promotions is
'Compatibility of pgcredits: all promotions, for administrators and the back end.';

-- Usage: by month (UTC), and request by request. No prompt, description or metadata is shown.

create or replace view public.monthly_usage with (security_invoker = true) as
select
    a.id as user_id,
    (u.bucket_start at time zone 'UTC')::date as month,
    sum(u.calls)::bigint as query_count,
    sum(u.credits) as credits_used
from credits.accounts as a
cross join lateral public.get_credit_usage_stats(a.id, a.created_at, null, 'month') as u
group by a.id, u.bucket_start;

comment on view public.monthly_usage is
'Compatibility of pgcredits: calls and credits charged in each month.';

create or replace view public.query_log with (security_invoker = true) as
select
    h.hold_id::text as id,
    h.account_id as user_id,
    h.service,
    h.state as status,
    -t.amount as credits_used,
    h.reference,
    h.created_at,
    h.ended_at
from public.credit_holds as h
left join public.credit_transactions as t
    on h.account_id = t.account_id and h.transaction_id = t.id
union all
select
    t.account_id || ':' || t.id as id,
    t.account_id as user_id,
    t.service,
    'captured' as status,
    -t.amount as credits_used,
    t.reference,
    t.created_at,
    t.created_at as ended_at
from public.credit_transactions as t
where
    t.type = 'usage'
    and not exists (
        select from public.credit_holds as h
        where t.account_id = h.account_id and t.id = h.transaction_id
    );

comment on view public.query_log is
'Compatibility of pgcredits: each request that held or cost credits, and how it ended.';

revoke all on
public.user_credits, public.user_credit_status, public.credit_packages,
public.model_credit_costs, public.credits_transactions, public.user_subscriptions,
public.credit_disputes, public.credit_promotions, public.monthly_usage, public.query_log
from public, anon, authenticated, service_role;
grant select on
public.user_credits, public.user_credit_status, public.credit_packages,
public.model_credit_costs, public.credits_transactions, public.user_subscriptions,
public.credit_disputes, public.credit_promotions, public.monthly_usage, public.query_log
to authenticated, service_role;
grant select on public.credit_packages, public.model_credit_costs to anon;

notify pgrst, 'reload schema';
