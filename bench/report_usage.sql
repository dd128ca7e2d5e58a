-- An administrator's report: what all accounts used in thirty days, by service.
select * from public.admin_get_usage_by_service();
