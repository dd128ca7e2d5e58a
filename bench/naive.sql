-- The naive way: read, then write, then note it, in one transaction. (It also loses updates.)
\set n random(1, :accounts)
begin;
select balance from bench.accounts where id = lpad(:n::text, 32, '0')::uuid;
update bench.accounts set balance = balance - 1 where id = lpad(:n::text, 32, '0')::uuid;
insert into bench.entries (account_id, amount, balance_after, key)
values (lpad(:n::text, 32, '0')::uuid, -1, 0, gen_random_uuid()::text);
commit;
