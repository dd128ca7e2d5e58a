-- An administrator's report: the whole system in figures.
select public.admin_get_system_summary();
