-- The newest 50 transactions of the account with the longest history.
select * from public.list_credit_transactions(lpad('1', 32, '0')::uuid);
