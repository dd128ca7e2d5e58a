-- Where pg_cron is installed, maintenance runs every five minutes, and the books are checked every
-- night. Elsewhere any scheduler calls `pgcredits cron` and `pgcredits cron --integrity`, or the
-- same functions.
do $$
begin
    if exists (select from pg_extension where extname = 'pg_cron') then
        perform cron.schedule(
            'pgcredits-maintenance', '*/5 * * * *', 'select public.run_credit_maintenance()'
        );
        perform cron.schedule(
            'pgcredits-integrity', '17 3 * * *', 'select credits.run_integrity()'
        );
    end if;
end
$$;
