/** What pgcredits refuses, as an error with its parts, and as a sentence for people. */
import { formatCredits, inCredits } from "./format";

const NO_ANSWER = "No answer came: check the connection.";

/** The numbers of a refusal: `docs/errors.md` lists them by token. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** A refusal by the database or the edge, or a call that got no answer (token `no_answer`). */
export class CreditsError extends Error {
  override readonly name = "CreditsError";

  /**
   * @param token what went wrong, in a word that never changes: compare with this.
   * @param code the SQLSTATE, or the edge's status.
   * @param details the numbers, where there are any.
   * @param hint a sentence for a person.
   * @param status the answer's HTTP status, where there was an answer.
   */
  constructor(
    readonly token: string,
    readonly code = "",
    readonly details: ErrorDetails = {},
    readonly hint = "",
    readonly status?: number,
  ) {
    super(hint || token);
  }

  /** Whether nothing is known of the request: sent again with the same key it is done once. */
  get isLost(): boolean {
    const isUnfinished = ["40001", "40P01"].includes(this.code) || (this.status ?? 0) >= 500;
    return this.token === "no_answer" || isUnfinished;
  }
}

/** The four parts as PostgREST and the edge send them, and the answer's HTTP status. */
export interface Refusal {
  status?: number | undefined;
  code?: string | null | undefined;
  message?: string | null | undefined;
  details?: string | null | undefined;
  hint?: string | null | undefined;
}

/** Reads a refusal; without a code or with the status 0 it is a call without an answer. */
export function asCreditsError(refusal: Refusal): CreditsError {
  const { code, message, details, hint, status } = refusal;
  if (!code || status === 0) {
    return new CreditsError("no_answer", "", {}, NO_ANSWER, status);
  }
  return new CreditsError(message ?? "unknown", code, readDetails(details), hint ?? "", status);
}

function readDetails(text: string | null | undefined): ErrorDetails {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as ErrorDetails) : {};
  } catch {
    return {};
  }
}

/** One sentence for the person in front of the screen. */
export function explain(error: unknown): string {
  if (!(error instanceof CreditsError)) {
    return "Something went wrong. Try again.";
  }
  const { required, available } = error.details;
  if (
    error.token === "insufficient_credits" &&
    typeof required === "number" &&
    typeof available === "number"
  ) {
    return `This needs ${inCredits(required)}; you have ${formatCredits(available)}.`;
  }
  if (error.status === 401 && !error.hint) {
    return "You are not signed in: sign in, then try again.";
  }
  const sentence = `This was refused: ${error.token.replaceAll("_", " ")}.`;
  const isForPeople = error.hint && !error.hint.includes("()"); // else it tells what to call
  return isForPeople ? error.hint : error.isLost ? NO_ANSWER : sentence;
}
