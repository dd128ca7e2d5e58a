-- What the benchmark needs: the floor's and the naive way's tables, and as many accounts with
-- credits in each system. Account n has the id n, written as 32 digits.
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
from generate_series(1, 10000) as n;

insert into auth.users (id)
select lpad(n::text, 32, '0')::uuid
from generate_series(1, 10000) as n;

select count(public.add_credits(a.id, 1e9, 'bonus', 'bench'))
from bench.accounts as a;

vacuum (analyze) bench.accounts, bench.entries, auth.users, credits.accounts, credits.grants;
