-- An administrator's report: the accounts that used most in thirty days.
select * from public.admin_list_top_accounts();
