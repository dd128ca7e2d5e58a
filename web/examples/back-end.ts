/** Calls of the examples' back end, with the user's token; refusals are `CreditsError`. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useSession } from "../src/app/session";
import { type PostOptions, post } from "../src/kit/post";

/** An event that the back end sent. */
export interface ServerEvent {
  name: string;
  data: unknown;
}

/** What stands in the last event or answer of a job; in credits. */
export interface Paid {
  cost: number;
  balance: number;
  held: number;
  available: number;
}

/** A function that posts to the back end; `signal` hangs up. */
export function usePost() {
  const { supabase } = useSession();
  return useCallback(
    (path: string, body: object, more?: PostOptions) => post(supabase, path, body, more),
    [supabase],
  );
}

const SETTLED_MS = 2500; // the back end notices within two seconds that nobody listens

/**
 * A function that has the balance on the page asked for again: the back end has moved it. It takes
 * whether we have hung up; then it asks once more when that is settled.
 */
export function useMoved() {
  const queries = useQueryClient();
  return useCallback(
    (hasHungUp = false) => {
      const ask = () => void queries.invalidateQueries({ queryKey: ["credits"] });
      ask();
      if (hasHungUp) {
        setTimeout(ask, SETTLED_MS);
      }
    },
    [queries],
  );
}

/**
 * Reads server-sent events as they come; what is no event, such as a sign of life, is skipped. A
 * connection that breaks ends them, as one does that is closed too early.
 */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = () => reader?.read().catch(unlessAbort);
  for (let part = await next(); part?.value !== undefined; part = await next()) {
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (name !== undefined && data !== undefined) {
        yield { name, data: JSON.parse(data) };
      }
    }
  }
}

function unlessAbort(error: unknown): undefined {
  if (isAbort(error)) {
    throw error;
  }
}

/** Whether an error is our own hanging up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
