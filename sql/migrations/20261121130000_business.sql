insert into credits.migrations (id, parent_id) values ('20261121130000', '20261121120002');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file adding-field-with-default, require-concurrent-index-creation
-- squawk-ignore-file disallowed-unique-constraint
-- (New tables, columns with constant defaults, and an index on a table of few rows.)

-- Running the business: administrators, disputes, notifications, statistics, operations. Nothing
-- that the rules of before read or write disappears here.

do $$
declare
    v_name text;
begin
    select p.proname into v_name
    from pg_catalog.pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and (
            p.proname like 'admin\_%credit%'
            or p.proname = any(array[
                'admin_add_credits', 'admin_approve_act', 'admin_create_promotion',
                'admin_decline_act', 'admin_end_promotion', 'admin_erase_account',
                'admin_get_account', 'admin_get_dispute_statistics', 'admin_get_margin',
                'admin_get_revenue', 'admin_get_system_summary', 'admin_get_usage_by_service',
                'admin_list_accounts', 'admin_list_audit', 'admin_list_disputes',
                'admin_list_pending_acts', 'admin_list_promotions', 'admin_list_top_accounts',
                'admin_list_transactions', 'admin_pause_account', 'admin_refund_transaction',
                'admin_remove_credits', 'admin_resolve_dispute', 'admin_resume_account',
                'admin_review_dispute', 'admin_void_grant', 'contact_credit_sales',
                'get_credit_dispute', 'get_credit_usage_stats', 'list_my_credit_disputes',
                'set_credit_alerts', 'submit_credit_dispute', 'withdraw_credit_dispute'
            ])
        )
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('function', v_name)::text,
            hint = 'Rename or drop this function of your own first: pgcredits needs its name.';
    end if;
end
$$;

-- approval_credits: what an administrator may move alone. low_balance_percent: of the last grant,
-- where an account is low unless its owner says otherwise.
alter table credits.catalogs
add column approval_credits credits.amount not null default 10000,
add column low_balance_percent numeric not null default 20 check (
    low_balance_percent between 0 and 100
);

-- alert_level: 0 enough, 1 low, 2 empty, as the owner was told; a new account is empty.
-- default_low_balance: by the balance after the last grant.
alter table credits.accounts
add column default_low_balance numeric not null default 0,
add column alert_level integer not null default 0,
add column status_reason text,
add column status_changed_at timestamptz,
add column status_changed_by text,
add column erased_at timestamptz;
alter table credits.accounts alter column alert_level set default 2;

-- Acts of administrators, and of who configures the system. Append-only.
create table credits.audit_log (
    id bigint generated always as identity primary key,
    account_id uuid,
    actor text not null,
    act text not null,
    reason text,
    before jsonb not null,
    after jsonb not null,
    created_at timestamptz not null default clock_timestamp()
);

create index audit_log_account_idx on credits.audit_log (account_id, id);

-- Acts that wait for a second administrator. request: as in transactions.
create table credits.pending_acts (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    act text not null check (
        act in (
            'add_credits', 'remove_credits', 'void_grant', 'refund_transaction', 'resolve_dispute'
        )
    ),
    scope text not null,
    key text not null,
    request bytea not null,
    amount numeric,
    reason text not null,
    arguments jsonb not null,
    state text not null default 'pending' check (
        state in ('pending', 'done', 'declined', 'expired')
    ),
    transaction_id bigint,
    requested_by text not null,
    requested_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    primary key (account_id, id),
    unique (account_id, scope, key)
);

create index pending_acts_id_idx on credits.pending_acts (id);
create index pending_acts_open_idx on credits.pending_acts (requested_at) where state = 'pending';

-- Users' disputes of charges. A charge has one, unless the first was withdrawn.
create table credits.disputes (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    transaction_id bigint not null,
    user_id uuid,
    status text not null default 'pending' check (
        status in (
            'pending', 'under_review', 'approved', 'partially_approved', 'rejected', 'withdrawn'
        )
    ),
    reason text not null check (
        reason in (
            'not_delivered', 'wrong_amount', 'duplicate_charge', 'poor_quality', 'unauthorized',
            'other'
        )
    ),
    description text not null check (length(description) between 1 and 2000),
    requested_refund numeric not null check (requested_refund > 0),
    refunded numeric not null default 0 check (refunded >= 0),
    refund_transaction_id bigint,
    resolution text,
    created_at timestamptz not null default clock_timestamp(),
    reviewed_at timestamptz,
    reviewed_by text,
    resolved_at timestamptz,
    resolved_by text,
    primary key (account_id, id),
    foreign key (account_id, transaction_id) references credits.transactions (account_id, id)
);

create unique index disputes_transaction_idx on credits.disputes (account_id, transaction_id)
where status <> 'withdrawn';
create index disputes_id_idx on credits.disputes (id);
create index disputes_user_idx on credits.disputes (user_id, created_at desc);
create index disputes_account_idx on credits.disputes (account_id, created_at desc);
create index disputes_status_idx on credits.disputes (status, created_at);

-- A notice on its way to one recipient over one channel.
create table credits.deliveries (
    notice_id bigint not null references credits.outbox (id),
    channel text not null check (channel in ('email', 'webhook')),
    recipient text not null,
    state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    claimed_until_at timestamptz,
    error text,
    settled_at timestamptz,
    primary key (notice_id, channel, recipient)
);

create index deliveries_due_idx on credits.deliveries (channel, next_attempt_at)
where state = 'pending';
create index deliveries_dead_idx on credits.deliveries (notice_id) where state = 'dead';

-- Since when a channel is in use: what was told before it is not sent over it.
create table credits.channels (
    channel text primary key check (channel in ('email', 'webhook')),
    started_at timestamptz not null
);

-- When a notice's deliveries over a channel were planned.
alter table credits.outbox
add column email_planned_at timestamptz,
add column webhook_planned_at timestamptz;

create index outbox_email_idx on credits.outbox (id) where email_planned_at is null;
create index outbox_webhook_idx on credits.outbox (id) where webhook_planned_at is null;
create index outbox_account_idx on credits.outbox (account_id, id);

-- Usage by day (UTC), service and who acted (zeros for nobody in particular). earned_cents: what
-- had been paid for the credits, in a currency; '' where they were given.
create table credits.usage_daily (
    account_id uuid not null references credits.accounts (id),
    day date not null,
    service text not null,
    user_id uuid not null,
    currency text not null,
    calls bigint not null,
    credits numeric not null,
    free_credits numeric not null,
    refunded numeric not null,
    quantity numeric not null,
    provider_cost numeric not null,
    earned_cents numeric not null,
    primary key (account_id, day, service, user_id, currency)
);

create index usage_daily_day_idx on credits.usage_daily (day);

-- The same of all accounts together. Only the roll-up writes it, one at a time.
create table credits.usage_totals (
    day date not null,
    service text not null,
    currency text not null,
    calls bigint not null,
    credits numeric not null,
    free_credits numeric not null,
    refunded numeric not null,
    quantity numeric not null,
    provider_cost numeric not null,
    earned_cents numeric not null,
    primary key (day, service, currency)
);

-- When the names in an event's payload were forgotten.
alter table credits.stripe_events
add column forgotten_at timestamptz;

create index stripe_events_kept_idx on credits.stripe_events (settled_at)
where forgotten_at is null;

-- Administrators page through all accounts, the newest first.
create index accounts_created_idx on credits.accounts (created_at desc, id desc);

-- Revenue is read by the time of payments.
create index payments_paid_idx on credits.payments (paid_at);

-- How far an account's history is in usage_daily: its ids are committed in their order.
create table credits.rollups (
    account_id uuid primary key references credits.accounts (id),
    last_transaction_id bigint not null,
    rolled_up_at timestamptz not null default clock_timestamp()
);

-- Messages to sales: how many came lately. address: of the network, salted and hashed.
create table credits.contacts (
    id bigint generated always as identity primary key,
    email text not null,
    address_hash bytea,
    created_at timestamptz not null default clock_timestamp()
);

create index contacts_created_idx on credits.contacts (created_at);

create type public.credit_act as (
    act_id uuid,
    state text,
    act text,
    account_id uuid,
    amount numeric,
    reason text,
    transaction_id bigint,
    balance numeric,
    held numeric,
    available numeric,
    requested_by text,
    requested_at timestamptz,
    decided_by text,
    decided_at timestamptz
);

create type public.credit_account_status as (
    account_id uuid,
    status text,
    reason text,
    changed_at timestamptz,
    changed_by text
);

create type public.credit_admin_account as (
    account_id uuid,
    kind text,
    owner_id uuid,
    email text,
    external_id text,
    name text,
    plan text,
    status text,
    balance numeric,
    held numeric,
    available numeric,
    debt numeric,
    total_purchased numeric,
    total_spent numeric,
    last_transaction_at timestamptz,
    created_at timestamptz
);

create type public.credit_audit as (
    id bigint,
    account_id uuid,
    actor text,
    act text,
    reason text,
    before jsonb,
    after jsonb,
    created_at timestamptz
);

create type public.credit_promotion as (
    code text,
    name text,
    discount_type text,
    discount_value numeric,
    currency text,
    starts_at timestamptz,
    ends_at timestamptz,
    maximum_uses integer,
    maximum_uses_per_account integer,
    minimum_cents bigint,
    packages text[],  -- noqa: LT01
    plans text[],  -- noqa: LT01
    credits_days integer,
    uses bigint,
    is_active boolean,
    created_at timestamptz,
    created_by text
);

create type public.credit_dispute as (
    id uuid,
    account_id uuid,
    transaction_id bigint,
    status text,
    reason text,
    description text,
    requested_refund numeric,
    refunded numeric,
    resolution text,
    created_at timestamptz,
    resolved_at timestamptz
);

create type public.credit_alerts as (
    account_id uuid,
    low_balance numeric,
    default_low_balance numeric
);

create type public.credit_usage_stat as (
    bucket_start timestamptz,
    service text,
    calls bigint,
    credits numeric
);

create type public.credit_revenue as (
    bucket_start timestamptz,
    currency text,
    payments bigint,
    gross_cents numeric,
    returned_cents numeric,
    net_cents numeric,
    credits_sold numeric
);

create type public.credit_service_usage as (
    service text,
    calls bigint,
    quantity numeric,
    credits numeric,
    refunded numeric,
    share_percent numeric
);

create type public.credit_top_account as (
    account_id uuid,
    email text,
    plan text,
    calls bigint,
    credits numeric,
    share_percent numeric
);

create type public.credit_margin as (
    service text,
    currency text,
    calls bigint,
    credits numeric,
    free_credits numeric,
    earned_cents numeric,
    provider_cost_cents numeric,
    margin_cents numeric,
    margin_percent numeric
);

create type credits.notice as (
    id bigint,
    channel text,
    recipient text,
    topic text,
    key text,
    account_id uuid,
    payload jsonb,
    created_at timestamptz,
    attempt integer
);
