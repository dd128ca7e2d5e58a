import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { newKey } from "../new-key";

/** Idempotency keys for what somebody means to do. */
export interface IntentKey {
  /** The key of these contents: the same until they are done. */
  of: (contents: object) => string;
  /** They are done: the same again are meant anew. */
  done: (contents: object) => void;
}

const intents = new WeakMap<QueryClient, Map<string, string>>();

/**
 * Makes one key for each intent, so that doing it again after a lost answer does it once. It is kept
 * as long as the page's other data: also while the form or window that asked is closed.
 *
 * @param act what is done, in a word; the contents tell the rest, such as the account.
 */
export function useIntentKey(act: string): IntentKey {
  const queries = useQueryClient();
  const keys = intents.get(queries) ?? new Map<string, string>();
  intents.set(queries, keys);
  const nameOf = (contents: object) => JSON.stringify([act, contents]);
  return {
    of: (contents) => {
      const name = nameOf(contents);
      const key = keys.get(name) ?? newKey();
      keys.set(name, key);
      return key;
    },
    done: (contents) => {
      keys.delete(nameOf(contents));
    },
  };
}
