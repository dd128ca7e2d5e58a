/** Where on a form a refusal is shown: at the field that it is about, or above the form. */
import { CreditsError, explain } from "./errors";

/** What to say at a field, where the refusal is one of these tokens. */
export function errorAt(error: unknown, tokens: readonly string[]): string | undefined {
  return error instanceof CreditsError && tokens.includes(error.token) ? explain(error) : undefined;
}

/** The refusal where it belongs to no field; null where it does, or where there is none. */
export function errorOfForm(error: unknown, ...fields: readonly (readonly string[])[]): unknown {
  return error && fields.every((tokens) => errorAt(error, tokens) === undefined) ? error : null;
}
