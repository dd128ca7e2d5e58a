-- The metadata of a request without the text of its prompt: what is kept is its SHA-256 and how
-- many characters it has.
--
-- Errors   22023 invalid_metadata: the prompt is no text; prompt_required, prompt_too_long
create or replace function credits.digest_prompt(p_metadata jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_prompt text;
begin
    if jsonb_typeof(p_metadata) is distinct from 'object' or not p_metadata ? 'prompt' then
        return coalesce(p_metadata, '{}');
    elsif jsonb_typeof(p_metadata -> 'prompt') <> 'string' then
        raise exception 'invalid_metadata' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200000)::text,
            hint = 'The prompt of a request is a text.';
    end if;
    v_prompt := credits.check_prompt(p_metadata ->> 'prompt');
    return p_metadata - 'prompt' || jsonb_build_object(
        'prompt_sha256', encode(sha256(convert_to(v_prompt, 'UTF8')), 'hex'),
        'prompt_characters', length(v_prompt)
    );
end;
$$;

comment on function credits.digest_prompt(jsonb) is
'The metadata of a request, with a digest in place of its prompt.';

revoke all on function credits.digest_prompt(jsonb) from public, anon, authenticated, service_role;
