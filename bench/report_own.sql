-- A user's own usage of thirty days, day by day: the busiest account's.
select * from public.get_credit_usage_stats(lpad('1', 32, '0')::uuid);
