-- What an account has now.
\set n random(1, :accounts)
select * from public.get_credit_balance(lpad(:n::text, 32, '0')::uuid);
