/** Posts of the signed-in user, to the edge or to a back end of one's own. */
import type { Supabase } from "./client";
import { asCreditsError, type Refusal } from "./errors";

/** What `post` takes besides. */
export interface PostOptions {
  /** Gives the call up: it throws the browser's `AbortError` then. */
  signal?: AbortSignal;
  /** The key under which it is done once. */
  key?: string;
}

/**
 * Posts JSON or a form with the user's token.
 *
 * @returns the answer, where it is a good one: a refusal, or no answer, is thrown as `CreditsError`.
 */
export async function post(
  { auth }: Pick<Supabase, "auth">,
  url: string,
  body: object,
  { signal, key }: PostOptions = {},
): Promise<Response> {
  const { data } = await auth.getSession();
  const isForm = body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${data.session?.access_token ?? ""}`,
        ...(isForm ? {} : { "Content-Type": "application/json" }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
      },
      body: isForm ? body : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    throw signal?.aborted ? error : asCreditsError({});
  }
  if (!response.ok) {
    const { status } = response;
    const refusal: unknown = await response.json().catch(() => ({}));
    throw asCreditsError({ code: String(status), ...(refusal as Refusal), status });
  }
  return response;
}
