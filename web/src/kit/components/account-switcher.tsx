import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTeams } from "../hooks/use-teams";
import { useCreditsClient } from "../provider";
import { Stale } from "../ui/stale";

/** What `AccountSwitcher` takes. */
export interface AccountSwitcherProps {
  /** Gives `CreditsProvider` its `accountId`: a team's, or null for the user's own account. */
  onSwitch: (accountId: string | null) => void;
}

/** Whose credits the page is about: one's own, or those of a team. */
export function AccountSwitcher({ onSwitch }: AccountSwitcherProps) {
  const { accountId } = useCreditsClient();
  const { accounts } = useTeams();
  const teams = accounts.data?.filter((account) => account.kind === "team");
  const isGone = accountId !== null && teams?.every((team) => team.account_id !== accountId);
  useEffect(() => {
    if (isGone) {
      onSwitch(null);
    }
  }, [isGone, onSwitch]);
  const choice = useChoice(accountId ?? "", (chosen) => onSwitch(chosen || null));
  return (
    <>
      <select
        aria-label="Account"
        disabled={!teams}
        {...choice}
        className="credits:min-h-11 credits:w-24 credits:truncate credits:sm:w-36 credits:rounded-lg credits:border credits:border-edge credits:bg-surface credits:px-1 credits:text-sm credits:sm:px-2 credits:text-ink"
      >
        <option value="">Personal</option>
        {teams?.map((team) => (
          <option key={team.account_id} value={team.account_id}>
            {team.name}
          </option>
        ))}
      </select>
      {accounts.error && (
        <Stale compact error={accounts.error} onRetry={() => void accounts.refetch()} />
      )}
    </>
  );
}

/**
 * A select's value and handlers. Each arrow key changes a select: what is passed over by keyboard
 * is not chosen before Enter, or before the select is left.
 */
function useChoice(current: string, onChoose: (chosen: string) => void) {
  const [passed, setPassed] = useState<string | null>(null);
  const isByKey = useRef(false);
  const choose = (chosen: string | null) => {
    setPassed(null);
    if (chosen !== null && chosen !== current) {
      onChoose(chosen);
    }
  };
  return {
    value: passed ?? current,
    onPointerDown: () => {
      isByKey.current = false;
    },
    onKeyDown: ({ key }: KeyboardEvent) => {
      isByKey.current = key !== "Enter" && key !== " "; // these open the list, or take from it
      if (key === "Enter") {
        choose(passed);
      }
    },
    onChange: ({ target }: ChangeEvent<HTMLSelectElement>) =>
      isByKey.current ? setPassed(target.value) : choose(target.value),
    onBlur: () => choose(passed),
  };
}
