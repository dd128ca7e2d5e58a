-- Refuses a prompt that cannot be estimated: none, or one of more than 200,000 characters, whose
-- tokens the caller should count.
--
-- Errors   22023 prompt_required, prompt_too_long
create or replace function credits.check_prompt(p_prompt text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_prompt, '') = '' then
        raise exception 'prompt_required' using
            errcode = '22023',
            hint = 'Send the prompt, or for an estimate the number of input_tokens.';
    elsif length(p_prompt) > 200000 then
        raise exception 'prompt_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200000)::text,
            hint = 'Estimate a longer prompt by its input_tokens.';
    end if;
    return p_prompt;
end;
$$;

comment on function credits.check_prompt(text) is
'The prompt, or 22023 for one that cannot be estimated.';

revoke all on function credits.check_prompt(text) from public, anon, authenticated, service_role;
