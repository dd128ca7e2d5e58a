-- 50 transactions anywhere in the longest history.
\set before random(:last / 100, :last)
select * from public.list_credit_transactions(lpad('1', 32, '0')::uuid, before => :before);
