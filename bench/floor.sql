-- The floor: one statement that guards the balance and keeps an entry under a unique key.
\set n random(1, :accounts)
with spent as (
    update bench.accounts
    set balance = balance - 1
    where id = lpad(:n::text, 32, '0')::uuid and balance >= 1
    returning id, balance
)
insert into bench.entries (account_id, amount, balance_after, key)
select id, -1, balance, gen_random_uuid()::text
from spent
returning id, balance_after;
