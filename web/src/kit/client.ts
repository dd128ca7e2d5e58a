/** Calls: the database's functions with the user's token, and the edge. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database";
import { asCreditsError, CreditsError } from "./errors";
import { post } from "./post";

type Functions = Database["public"]["Functions"];

/** A function of pgcredits that a user may call. */
export type RpcName = keyof Functions & string;

/** The named parameters of a function. */
export type Args<Name extends RpcName> = Functions[Name]["Args"];

/** What a function returns. */
export type Returns<Name extends RpcName> = Functions[Name]["Returns"];

/** Whose credits: an account's id, or null for the user's own. */
export type AccountId = string | null;

/** What reads take: a client, or its calls that can be given up. What writes takes a client. */
export type Caller = Pick<CreditsClient, "rpc">;

/** What the client uses of Supabase's. */
export type Supabase = Pick<SupabaseClient, "rpc" | "auth" | "channel" | "removeChannel">;

/** Where the calls go. */
export interface CreditsConfig {
  /** The application's client, signed in as the user. */
  supabase: Supabase;
  /** The address of the edge; without one nothing can be bought. */
  edgeUrl?: string;
}

const LOST_ANSWERS = 2;
const PAUSE_MS = 400;

/** Calls to pgcredits; every refusal is a `CreditsError`. */
export class CreditsClient {
  readonly supabase: Supabase;
  readonly #edgeUrl: string | undefined;

  constructor({ supabase, edgeUrl }: CreditsConfig) {
    this.supabase = supabase;
    this.#edgeUrl = edgeUrl?.replace(/\/+$/, "");
  }

  /**
   * Calls a function of the database.
   *
   * Answers are trusted to be what `database.ts` says; what it calls `Json` the services read.
   *
   * @param signal gives the call up: nothing is known of it then.
   */
  async rpc<Name extends RpcName>(
    name: Name,
    args: Args<Name>,
    signal?: AbortSignal,
  ): Promise<Returns<Name>> {
    const call = this.supabase.rpc(name, args);
    const { data, error, status } = await (signal ? call.abortSignal(signal) : call);
    if (error) {
      const { code, message, details, hint } = error;
      throw asCreditsError({ code, message, details, hint, status });
    }
    return data as Returns<Name>;
  }

  /** The calls of a query, given up with its signal. */
  until(signal: AbortSignal): Caller {
    return { rpc: (name, args) => this.rpc(name, args, signal) };
  }

  /**
   * Calls a function that does its work once per key, again while its answer is lost.
   *
   * @param args with the key: one is made for each intent, not for each call.
   */
  async keyed<Name extends RpcName>(
    name: Name,
    args: Args<Name> & { key: string },
  ): Promise<Returns<Name>> {
    for (let lost = 0; ; lost += 1) {
      try {
        return await this.rpc(name, args);
      } catch (error) {
        if (!(error instanceof CreditsError && error.isLost) || lost === LOST_ANSWERS) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** lost));
      }
    }
  }

  /** Posts to the edge as the signed-in user; what it answers is trusted, as the database is. */
  async edge<Answer>(path: string, body: object): Promise<Answer> {
    if (this.#edgeUrl === undefined) {
      throw new CreditsError("no_edge", "", {}, "Buying is not set up here.");
    }
    const response = await post(this.supabase, `${this.#edgeUrl}${path}`, body);
    return response.json().catch(() => {
      throw asCreditsError({});
    });
  }
}
