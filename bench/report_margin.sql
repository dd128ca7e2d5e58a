-- An administrator's report: what each service earned and cost in thirty days.
select * from public.admin_get_margin();
