-- An administrator's report: what was paid in thirty days, day by day.
select * from public.admin_get_revenue();
