-- Takes away what compatibility.sql made: its views and rules, nothing else. Where that is not
-- installed nothing happens, so that a relation of the host's with one of its names is safe.
select set_config('lock_timeout', '4s', true);

do $$
begin
    if to_regprocedure('credits.compatible_promotions()') is not null then
        drop view
            public.user_credits, public.user_credit_status, public.credit_packages,
            public.model_credit_costs, public.credits_transactions, public.user_subscriptions,
            public.credit_disputes, public.credit_promotions, public.monthly_usage,
            public.query_log;
        drop function credits.compatible_subscriptions(uuid);
        drop function credits.compatible_disputes(uuid);
        drop function credits.compatible_promotions();
    end if;
end
$$;

notify pgrst, 'reload schema';
