/** What is asked for again when a balance moves, and how often. */
import { focusManager, type Query, type QueryClient } from "@tanstack/react-query";

const AT_MOST_EVERY_MS = 1_000;
const GIVE_UP_MS = 10_000;
/** What a move changes: settings, members and whatever else is not of the ledger stays. */
const MOVING = new Set<unknown>([
  "balance",
  "summary",
  "transactions",
  "usage",
  "orders",
  "check",
  "estimate",
]);

/** The list of the user's accounts, with the balance of each: it is kept with the user's own. */
const OF_ALL = "accounts";

/**
 * Keeps what the page shows of one account with its moves: asks at once, then at most once a second
 * and never before the last answers are there. What is not looked at waits until it is.
 */
export class LiveRefresh {
  readonly #queries: QueryClient;
  readonly #accountId: string | null;
  readonly #leaveFocus: () => void;
  #isWanted = false;
  #isBusy = false;

  /** @param accountId as the keys of the queries have it: null for the user's own. */
  constructor(queries: QueryClient, accountId: string | null) {
    this.#queries = queries;
    this.#accountId = accountId;
    this.#leaveFocus = focusManager.subscribe((isFocused) => {
      if (isFocused) {
        void queries.refetchQueries(
          { predicate: this.#isMoving, type: "active", stale: true },
          { cancelRefetch: false },
        );
      }
    });
  }

  /** The balance has moved. */
  moved(): void {
    this.#isWanted = true;
    if (!this.#isBusy) {
      void this.#run();
    }
  }

  /** The balance may have moved: asks for it, and for the rest where it is another one. */
  async look(): Promise<void> {
    const queryKey = ["credits", this.#accountId, "balance"];
    const before = this.#queries.getQueryData(queryKey);
    await this.#queries.invalidateQueries({ queryKey, refetchType: activeIfSeen() });
    const now = this.#queries.getQueryData(queryKey) ?? before; // none: it was dropped with its user
    if (!focusManager.isFocused() || now !== before) {
      this.moved();
    }
  }

  /** Asks no more. */
  stop(): void {
    this.#isWanted = false;
    this.#leaveFocus();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await Promise.all([
        pause(AT_MOST_EVERY_MS),
        Promise.race([this.#refresh(), pause(GIVE_UP_MS)]),
      ]);
    }
    this.#isBusy = false;
  }

  async #refresh(): Promise<void> {
    const predicate = this.#isMoving;
    // What is being loaded for the first time is not asked for anew, and may be older than the move.
    this.#isWanted = this.#queries
      .getQueryCache()
      .findAll({ predicate, fetchStatus: "fetching" })
      .some(({ state }) => state.data === undefined);
    await this.#queries.invalidateQueries({ predicate, refetchType: activeIfSeen() });
  }

  readonly #isMoving = ({ queryKey: [first, account, what] }: Query): boolean =>
    first === "credits" &&
    ((account === this.#accountId && MOVING.has(what)) || (account === null && what === OF_ALL));
}

function activeIfSeen(): "active" | "none" {
  return focusManager.isFocused() ? "active" : "none";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
