insert into credits.migrations (id, parent_id) values ('20261121120000', '20261121110002');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file ban-drop-constraint, ban-drop-not-null, constraint-missing-not-valid
-- squawk-ignore-file require-concurrent-index-creation, adding-field-with-default
-- squawk-ignore-file disallowed-unique-constraint, adding-serial-primary-key-field, renaming-object
-- (What is loosened here, the rules of before never meet; what is indexed anew has few rows.)

-- Spending under control: holds, refunds of usage, limits, batches, teams, codes, referral, gifts.
-- Nothing that the rules of before read or write disappears here.

do $$
declare
    v_name text;
begin
    select p.proname into v_name
    from pg_catalog.pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and p.proname = any(array[
            'accept_credit_gift', 'accept_credit_invitation', 'cancel_credit_gift',
            'capture_credits', 'claim_referral_code', 'create_credit_team',
            'deduct_credits_batch', 'explain_credits', 'extend_hold', 'get_credit_balance_at',
            'get_referral_code', 'has_plan_feature', 'hold_credits', 'invite_credit_member',
            'list_credit_gifts', 'list_credit_invitations', 'list_credit_members',
            'list_my_credit_accounts', 'redeem_credit_code', 'refund_credits', 'release_credits',
            'release_expired_holds', 'remove_credit_member', 'revoke_credit_invitation',
            'send_credit_gift', 'set_credit_member', 'set_credit_member_caps'
        ])
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('function', v_name)::text,
            hint = 'Rename or drop this function of your own first: pgcredits needs its name.';
    end if;
end
$$;

-- Limits of a plan, and so of its accounts: requests in any 60 seconds, and what a calendar month
-- may pay in. A referral program, and how long the refund of expired credits lives.
alter table credits.plans
add column requests_per_minute integer check (requests_per_minute between 1 and 600),
add column monthly_purchase_cap_cents bigint check (monthly_purchase_cap_cents > 0);

alter table credits.catalogs
add column refund_days integer not null default 30 check (refund_days between 1 and 3650),
add column referrer_credits credits.amount,
add column referee_credits credits.amount,
add column referral_maximum_rewards integer check (referral_maximum_rewards > 0),
add column referral_minimum_cents bigint check (referral_minimum_cents >= 0);

-- requested_at: when the requests of the last minute came, where there is a limit. has_holds: there
-- may be a hold under a key, so that who never holds pays nothing for looking. is_duplicate:
-- another account of the same person has had the free credits.
alter table credits.accounts
add column name text,
add column requests_per_minute integer,
add column monthly_purchase_cap_cents bigint,
add column has_holds boolean not null default false,
add column is_duplicate boolean not null default false,
add column requested_at timestamptz[];

-- A member's spending is counted in calendar months, like an account's.
alter table credits.members
add column monthly_cap credits.amount,
add column month_spent numeric not null default 0,
add column month_ends_at timestamptz not null default '-infinity';

create table credits.invitations (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    email text not null check (email = lower(email) and length(email) <= 320),
    role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
    state text not null default 'open' check (state in ('open', 'accepted', 'revoked')),
    invited_by uuid,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (account_id, id)
);

create unique index invitations_open_idx on credits.invitations (account_id, email)
where state = 'open';
create index invitations_id_idx on credits.invitations (id);
create index invitations_email_idx on credits.invitations (email) where state = 'open';

-- balance_after, held_after: as the hold was placed, for replays. reason: why it was released.
-- price_version: the catalog in force then, which prices its use. is_priced: it sized the hold.
-- The hold of a gift has its gift.
alter table credits.holds
drop constraint holds_amount_check,
add constraint holds_amount_check check (amount between 0 and 1e15) not valid,
add column balance_after numeric,
add column held_after numeric,
add column reason text,
add column gift_id uuid,
add column price_version integer,
add column is_priced boolean;

create index holds_open_idx on credits.holds (account_id, expires_at) where state = 'open';
create index holds_created_idx on credits.holds (account_id, created_at desc);

-- What a refund of usage (its transaction is id) gave back of a charge, to which grants that paid.
create table credits.usage_refunds (
    account_id uuid not null,
    id bigint not null,
    transaction_id bigint not null,
    amount numeric not null check (amount > 0),
    grants jsonb not null,
    primary key (account_id, id)
);

create index usage_refunds_transaction_idx on credits.usage_refunds (account_id, transaction_id);

create table credits.gifts (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    hold_id uuid not null,
    recipient_email text not null,
    recipient_id uuid references credits.accounts (id),
    amount credits.amount not null,
    moved credits.amount,
    message text check (length(message) <= 500),
    state text not null default 'pending' check (
        state in ('pending', 'accepted', 'cancelled', 'expired')
    ),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (account_id, id),
    foreign key (account_id, hold_id) references credits.holds (account_id, id)
);

create index gifts_id_idx on credits.gifts (id);
create index gifts_hold_idx on credits.gifts (account_id, hold_id);
create index gifts_recipient_email_idx on credits.gifts (recipient_email, created_at desc);
create index gifts_recipient_id_idx on credits.gifts (recipient_id, created_at desc);

-- Where the credits of a gift were bought.
alter table credits.grants
add column origin_account_id uuid,
add column origin_grant_id bigint;

-- A promotion of type credits is granted at once; its credits live so many days.
alter table credits.promotions
drop constraint promotions_discount_type_check,
add constraint promotions_discount_type_check check (
    discount_type in ('percent', 'fixed', 'bonus_credits', 'bonus_percent', 'credits')
) not valid,
add column credits_days integer check (credits_days between 1 and 3650),
add constraint promotions_credits_live_so_long check (
    credits_days is null or discount_type = 'credits'
),
add constraint promotions_credits_are_for_no_purchase check (
    discount_type <> 'credits' or packages is null and plans is null and minimum_cents = 0
);
alter table credits.promotions
rename constraint promotions_check to promotions_end_after_they_start;

alter table credits.redemptions
add column id uuid not null default gen_random_uuid(),
add column transaction_id bigint,
drop constraint redemptions_pkey,
add constraint redemptions_pkey primary key (account_id, id),
add constraint redemptions_order_key unique (account_id, order_id),
alter column order_id drop not null;

-- Wrong codes of a user within an hour.
create table credits.code_attempts (
    user_id uuid primary key,
    attempts integer not null,
    window_ends_at timestamptz not null
);

create table credits.referral_codes (
    code text primary key check (code ~ '^[A-Z0-9]{8}$'),
    referrer_id uuid not null unique references credits.accounts (id),
    created_at timestamptz not null default clock_timestamp()
);

-- Who was referred by whom. payment_id: of the first settled purchase, which earned the rewards.
create table credits.referrals (
    referee_id uuid primary key references credits.accounts (id),
    referrer_id uuid not null references credits.accounts (id),
    claimed_at timestamptz not null,
    provider text,
    payment_id text,
    rewarded_at timestamptz,
    is_void boolean not null default false,
    foreign key (referee_id, provider, payment_id)
    references credits.payments (account_id, provider, id)
);

create index referrals_referrer_idx on credits.referrals (referrer_id);
create index referrals_payment_idx on credits.referrals (referee_id, provider, payment_id);

-- The cards that have paid for an account, by the provider's fingerprint.
create table credits.cards (
    account_id uuid not null references credits.accounts (id),
    provider text not null references credits.providers (provider),
    fingerprint text not null check (length(fingerprint) between 1 and 200),
    seen_at timestamptz not null default clock_timestamp(),
    primary key (account_id, provider, fingerprint)
);

create index cards_fingerprint_idx on credits.cards (provider, fingerprint);

-- Free credits are given once per person: who had them is known by a salted hash, which outlives
-- the user. claimed_for: the account that had them.
create table credits.identities (
    kind text not null,
    hash bytea not null,
    claimed_for uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (kind, hash)
);

create table credits.identity_salts (
    salt bytea primary key
);
insert into credits.identity_salts (salt)
select sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) as salt;

-- Addresses of these domains, and of those below them, do not sign up.
create table credits.blocked_domains (
    domain text primary key check (domain = lower(domain) and domain ~ '^[^@\s]+\.[^@\s]+$'),
    created_at timestamptz not null default clock_timestamp()
);

-- A transaction and the account after it, before either is written.
create type credits.next_transaction as (
    account credits.accounts,
    transaction credits.transactions
);

create type public.credit_hold as (
    hold_id uuid,
    amount numeric,
    state text,
    expires_at timestamptz,
    balance numeric,
    held numeric,
    available numeric
);

create type public.credit_capture as (
    transaction_id bigint,
    cost numeric,
    released numeric,
    balance numeric,
    held numeric,
    available numeric
);

-- error: null, or {"code", "message", "details", "hint"}.
create type public.credit_batch_result as (
    account_id uuid,
    key text,
    transaction_id bigint,
    cost numeric,
    error jsonb
);

-- One event's result, and its place among the events.
create type credits.batch_result as (
    position bigint,
    result public.credit_batch_result
);

create type public.credit_account as (
    account_id uuid,
    kind text,
    name text,
    role text,
    plan text,
    status text,
    balance numeric,
    held numeric,
    available numeric,
    debt numeric,
    created_at timestamptz
);

create type public.credit_invitation as (
    id uuid,
    account_id uuid,
    account_name text,
    email text,
    role text,
    state text,
    invited_by uuid,
    created_at timestamptz,
    expires_at timestamptz
);

create type public.credit_member as (
    account_id uuid,
    user_id uuid,
    email text,
    role text,
    monthly_cap numeric,
    spent numeric,
    held numeric,
    resets_at timestamptz,
    joined_at timestamptz
);

create type public.credit_answer as (
    ok boolean,
    message text,
    credits numeric,
    balance numeric
);

create type public.credit_referral as (
    code text,
    url_suffix text,
    referred bigint,
    rewarded bigint,
    credits_earned numeric
);

create type public.credit_gift as (
    id uuid,
    direction text,
    state text,
    amount numeric,
    sender_email text,
    recipient_email text,
    message text,
    created_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz
);

-- Supabase Auth calls the sign-up hook.
grant usage on schema credits to supabase_auth_admin;
