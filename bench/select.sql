-- The least that a read can be: a row by its primary key.
\set n random(1, :accounts)
select * from bench.accounts where id = lpad(:n::text, 32, '0')::uuid;
