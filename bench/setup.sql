-- What the benchmark needs: the floor's and the naive way's tables, and as many accounts with
-- credits in each system. Account n has the id n, written as 32 digits: the setting bench.accounts
-- says how many there are, and bench.limited how many more are on the plan with a limit of
-- requests. Number 900000 is a team of the users 1 to 8, each with a cap.
create schema bench;

create table bench.accounts (
    id uuid primary key,
    balance numeric not null
) with (fillfactor = 70);

create table bench.entries (
    account_id uuid not null,
    id bigint generated always as identity,
    amount numeric not null,
    balance_after numeric not null,
    key text not null,
    created_at timestamptz not null default now(),
    primary key (account_id, id),
    unique (account_id, key)
);

insert into bench.accounts (id, balance)
select
    lpad(n::text, 32, '0')::uuid,
    1e9
from generate_series(1, current_setting('bench.accounts')::integer) as n;

insert into auth.users (id)
select lpad(n::text, 32, '0')::uuid
from generate_series(
    1, current_setting('bench.accounts')::integer + current_setting('bench.limited')::integer
) as n;

insert into credits.accounts (id, kind, owner_id, name)
values (lpad('900000', 32, '0')::uuid, 'team', lpad('1', 32, '0')::uuid, 'Bench');

insert into credits.members (account_id, user_id, role, monthly_cap)
select
    lpad('900000', 32, '0')::uuid,
    lpad(n::text, 32, '0')::uuid,
    case n when 1 then 'owner' else 'member' end,
    1e9
from generate_series(1, 8) as n;

select
    count(public.add_credits(u.id, 1e9, 'bonus', 'bench')),
    count(public.change_credit_plan(u.id, 'limited', 'limited')) filter (
        where u.id > lpad(current_setting('bench.accounts'), 32, '0')::uuid
    )
from auth.users as u;

select public.add_credits(lpad('900000', 32, '0')::uuid, 1e9, 'bonus', 'bench');

vacuum (analyze) bench.accounts, bench.entries, auth.users, credits.accounts, credits.grants,
    credits.members;
