-- The database that cases.json was recorded on. Roles belong to the
-- cluster: they may be there already, or be made by another test run at this moment.
do $$
declare
    v_role record;
begin
    for v_role in
        select *
        from (
            values
                ('anon', 'nologin'),
                ('authenticated', 'nologin'),
                ('service_role', 'nologin bypassrls'),
                ('authenticator', 'noinherit login')
        ) as r (name, attributes)
    loop
        begin
            execute format('create role %I %s', v_role.name, v_role.attributes);
        exception
            when duplicate_object or unique_violation then null;
        end;
    end loop;
    begin
        grant anon, authenticated, service_role to authenticator;
    exception
        when unique_violation then null;
    end;
end $$;
create schema auth; grant usage on schema auth to anon, authenticated, service_role;
create function auth.uid() returns uuid language sql stable as $$ select nullif(coalesce(current_setting('request.jwt.claim.sub',true),(nullif(current_setting('request.jwt.claims',true),'')::jsonb->>'sub')),'')::uuid $$;
create schema credits; grant usage on schema credits, public to anon, authenticated, service_role;
create type credits.res as (ok boolean, balance numeric, note text);
create table public.ledger(id bigint generated always as identity primary key, uid uuid not null, amount numeric(20,6) not null, reason text, meta jsonb default '{}', tags text[], created_at timestamptz not null default '2026-01-01 00:00:00+00');
alter table public.ledger enable row level security;
create policy own on public.ledger for select to authenticated using (uid = auth.uid());
grant select on public.ledger to authenticated, service_role; grant insert, update, delete on public.ledger to service_role;
insert into public.ledger(uid,amount,reason,meta,tags) select case when i%2=0 then '11111111-1111-1111-1111-111111111111'::uuid else '22222222-2222-2222-2222-222222222222'::uuid end, i+0.5, 'r'||i, jsonb_build_object('i',i,'x','a,"b'), array['t'||i,'q"x'] from generate_series(1,25) i;
create function public.f_scalar(a int, b int default 5) returns int language sql stable as $$ select a+b $$;
create function public.f_numeric() returns numeric language sql stable as $$ select 12.340000::numeric $$;
create function public.f_bigint() returns bigint language sql stable as $$ select 9007199254740993 $$;
create function public.f_text() returns text language sql stable as $$ select 'he"llo' $$;
create function public.f_bool() returns boolean language sql stable as $$ select true $$;
create function public.f_null() returns int language sql stable as $$ select null::int $$;
create function public.f_void() returns void language plpgsql as $$ begin end $$;
create function public.f_jsonb(p jsonb) returns jsonb language sql stable as $$ select jsonb_build_object('got',p) $$;
create function public.f_comp() returns credits.res language sql stable as $$ select true, 10.50, 'n'::text $$;
create function public.f_setof_comp() returns setof credits.res language sql stable as $$ select true, 10.50, 'n'::text union all select false, 1, null $$;
create function public.f_table(n int default 3) returns table(i int, t text, ts timestamptz) language sql stable as $$ select g, 'x'||g, '2026-01-01 12:00:00+00'::timestamptz from generate_series(1,n) g $$;
create function public.f_setof_int(n int) returns setof int language sql stable as $$ select * from generate_series(1,n) $$;
create function public.f_setof_ledger() returns setof public.ledger language sql stable as $$ select * from public.ledger $$;
create function public.f_one_ledger() returns public.ledger language sql stable as $$ select * from public.ledger order by id limit 1 $$;
create function public.f_out(a int, out x int, out y text) language sql stable as $$ select a, 'y'::text $$;
create function public.f_whoami() returns jsonb language sql stable as $$ select jsonb_build_object('role',current_user,'uid',auth.uid(),'claims',nullif(current_setting('request.jwt.claims',true),'')::jsonb,'method',current_setting('request.method',true),'path',current_setting('request.path',true),'headers_has_apikey',(current_setting('request.headers',true)::jsonb ? 'apikey'),'xact_ro',current_setting('transaction_read_only')) $$;
create function public.f_whoami_v() returns jsonb language plpgsql volatile as $$ begin return jsonb_build_object('role',current_user,'ro',current_setting('transaction_read_only'), 'iso', current_setting('transaction_isolation')); end $$;
create function public.f_variadic(variadic v int[]) returns int language sql immutable as $$ select sum(x)::int from unnest(v) x $$;
create function public.f_array(v int[]) returns int language sql immutable as $$ select sum(x)::int from unnest(v) x $$;
create function public.f_jsonarg(jsonb) returns jsonb language sql immutable as $$ select $1 $$;
create function public.f_over(a int) returns text language sql immutable as $$ select 'int' $$;
create function public.f_over(a int, b int) returns text language sql immutable as $$ select 'int,int' $$;
create function public.f_err(kind text) returns void language plpgsql as $$ begin
 case kind
 when 'raise' then raise exception 'plain msg' ;
 when 'detail' then raise exception 'with detail' using detail='the detail', hint='the hint';
 when 'errcode' then raise exception 'insufficient' using errcode='P0402', detail='d', hint='h';
 when 'PT402' then raise sqlstate 'PT402' using message='Payment Required', detail='balance 1', hint='top up';
 when 'PT409' then raise sqlstate 'PT409' using message='conflict';
 when 'PGRST' then raise sqlstate 'PGRST' using message=json_build_object('code','insufficient_credits','message','not enough','details','need 5','hint','buy')::text, detail=json_build_object('status',402,'status_text','Payment Required','headers',json_build_object('X-Credits','1'))::text;
 when 'PGRST_bad' then raise sqlstate 'PGRST' using message='notjson', detail='x';
 when 'unique' then raise unique_violation using message='dup';
 when 'fk' then raise foreign_key_violation using message='fk';
 when 'check' then raise check_violation using message='chk';
 when 'notnull' then raise not_null_violation using message='nn';
 when 'nodata' then raise no_data_found using message='nodata';
 when 'toomany' then raise too_many_rows using message='tm';
 when 'invalidparam' then raise invalid_parameter_value using message='ip';
 when 'serialization' then raise serialization_failure using message='ser';
 when 'deadlock' then raise deadlock_detected using message='dl';
 when 'lock' then raise lock_not_available using message='lna';
 when 'priv' then raise insufficient_privilege using message='no priv';
 when 'cancel' then raise query_canceled using message='qc';
 when 'div' then perform 1/0;
 when 'readonly' then raise read_only_sql_transaction using message='ro';
 when 'cardinality' then raise cardinality_violation using message='cv';
 when 'external' then raise sqlstate '38000' using message='ext';
 when 'objnotprereq' then raise sqlstate '55000' using message='onp';
 when 'cfg' then raise sqlstate 'F0000' using message='cfg';
 when 'xx' then raise sqlstate 'XX000' using message='xx';
 when 'custom' then raise sqlstate 'CR001' using message='custom';
 when 'tmc' then raise sqlstate '53300' using message='too many conn';
 when 'dce' then raise sqlstate '08006' using message='conn';
 when 'txn' then raise sqlstate '25000' using message='txn';
 when 'lockt' then raise sqlstate '57014' using message='canceled';
 when 'excl' then raise exclusion_violation using message='excl';
 when 'datetime' then perform 'x'::date;
 end case; end $$;
create function public.f_headers() returns int language plpgsql as $$ begin perform set_config('response.headers','[{"X-Bal":"5"},{"Cache-Control":"no-store"}]',true); perform set_config('response.status','201',true); return 1; end $$;
create function public.f_secret() returns int language sql as $$ select 1 $$; revoke execute on function public.f_secret() from public; grant execute on function public.f_secret() to service_role;
create function credits.f_other() returns text language sql stable as $$ select 'other schema' $$;
create table public.plain(id int primary key, name text); insert into public.plain values (1,'a'),(2,null); grant select,insert,update,delete on public.plain to anon, authenticated;
create view public.v_led with (security_invoker=on) as select id, amount from public.ledger; grant select on public.v_led to authenticated;
