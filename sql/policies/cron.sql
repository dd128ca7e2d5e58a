-- Where pg_cron is installed, maintenance runs every five minutes. Elsewhere any scheduler calls
-- `pgcredits cron`, or select public.run_credit_maintenance().
do $$
begin
    if exists (select from pg_extension where extname = 'pg_cron') then
        perform cron.schedule(
            'pgcredits-maintenance', '*/5 * * * *', 'select public.run_credit_maintenance()'
        );
    end if;
end
$$;
