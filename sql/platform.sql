-- Stand-ins for what Supabase brings, so that pgcredits runs on a plain PostgreSQL 15 to 18.
--
-- Run it once per database, before the migrations, as a superuser (service_role bypasses RLS):
--     psql --single-transaction -f sql/platform.sql
-- Never run it on Supabase: everything here exists there already. Roles belong to the cluster and
-- may exist from another database; they are left as they are. Running it twice changes nothing.

-- Two databases of one cluster may be prepared at the same moment: the roles are made one by one,
-- and losing the race is the same as finding the role there.
do $$
begin
    if not exists (select from pg_roles where rolname = 'anon') then
        create role anon nologin noinherit;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'authenticated') then
        create role authenticated nologin noinherit;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'service_role') then
        create role service_role nologin noinherit bypassrls;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'authenticator') then
        create role authenticator login noinherit;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
    if not exists (select from pg_roles where rolname = 'supabase_auth_admin') then
        create role supabase_auth_admin login noinherit;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

-- Memberships are rows of the cluster too, and two sessions that grant one at the same moment meet
-- "tuple concurrently updated" (an internal error): the other one has granted it.

do $$
begin
    if not (
        pg_has_role('authenticator', 'anon', 'member')
        and pg_has_role('authenticator', 'authenticated', 'member')
        and pg_has_role('authenticator', 'service_role', 'member')
    ) then
        grant anon, authenticated, service_role to authenticator;
    end if;
exception when unique_violation or internal_error then null;
end
$$;

grant usage on schema public to anon, authenticated, service_role;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role, supabase_auth_admin;

create table if not exists auth.users (
    id uuid primary key default gen_random_uuid(),
    email text,
    email_confirmed_at timestamptz,
    raw_user_meta_data jsonb,
    raw_app_meta_data jsonb,
    is_anonymous boolean not null default false,
    banned_until timestamptz,
    deleted_at timestamptz,
    created_at timestamptz default now()
);
grant select, insert, update, delete on auth.users to supabase_auth_admin;

create or replace function auth.jwt()
returns jsonb
language sql
stable
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

create or replace function auth.uid()
returns uuid
language sql
stable
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$$;

create or replace function auth.role()
returns text
language sql
stable
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$$;

-- Supabase Realtime broadcasts what is sent here, to whom the policies of its table let in; a plain
-- PostgreSQL has nobody listening, and keeps nothing.
create schema if not exists realtime;
grant usage on schema realtime to anon, authenticated, service_role;

create table if not exists realtime.messages (
    id bigint generated always as identity primary key,
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean not null default true,
    inserted_at timestamptz not null default clock_timestamp()
);
alter table realtime.messages enable row level security;
grant select, insert on realtime.messages to authenticated;

-- The channel that is joined while its policies are asked.
create or replace function realtime.topic()
returns text
language sql
stable
as $$
    select nullif(current_setting('realtime.topic', true), '')
$$;

create or replace function realtime.send(
    payload jsonb,
    event text,
    topic text,
    private boolean default true
)
returns void
language sql
volatile
as $$
    select null::void
$$;

grant execute on function auth.jwt(), auth.uid(), auth.role() to public;
grant execute on function realtime.send(jsonb, text, text, boolean) to public;
grant execute on function realtime.topic() to public;

-- As on Supabase, a function that this role creates later is closed until it is granted. Only the
-- global form works: a revoke in one schema cannot take back what PostgreSQL grants to public
-- everywhere. (It also counts for extensions that this role creates later.)
alter default privileges revoke execute on functions from public;
