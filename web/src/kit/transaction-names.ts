import { inWords } from "./format";
import type { Transaction } from "./services/credits";

/**
 * What a transaction was, each thing once and the most telling last: "Usage", "Query", "The second
 * film". What another one begins with is left out: a gift's description is no more than "Gift".
 */
export function namesOf(
  transaction: Pick<Transaction, "type" | "service" | "description">,
): string[] {
  const { type, service, description } = transaction;
  const said = [...new Set([inWords(type), inWords(service ?? ""), description ?? ""])];
  return said.filter((text) => !said.some((other) => other !== text && other.startsWith(text)));
}
