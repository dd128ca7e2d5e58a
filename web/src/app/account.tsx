import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { CreditsProvider } from "../kit";
import { keep, kept } from "../kit/storage";
import { useSession } from "./session";

type Switch = (accountId: string | null) => void;

const Context = createContext<Switch | null>(null);

/** Gives the pages below it the credits of the account that was chosen last in this window. */
export function AccountProvider({ children }: { children: ReactNode }) {
  const { session } = useSession();
  const userId = session?.user.id ?? "nobody";
  // Keyed by the user: what was loaded for one is never shown to the next.
  return (
    <OfUser key={userId} userId={userId}>
      {children}
    </OfUser>
  );
}

function OfUser({ userId, children }: { userId: string; children: ReactNode }) {
  const { config, supabase } = useSession();
  const place = `credits-account-${userId}`;
  const [accountId, setAccountId] = useState(() => kept("session", place));
  const switchAccount = useCallback<Switch>(
    (chosen) => {
      setAccountId(chosen);
      keep("session", place, chosen);
    },
    [place],
  );
  const { edgeUrl, isLive = true } = config;
  return (
    <Context value={switchAccount}>
      <CreditsProvider
        supabase={supabase}
        accountId={accountId}
        isLive={isLive}
        {...(edgeUrl === undefined ? {} : { edgeUrl })}
      >
        {children}
      </CreditsProvider>
    </Context>
  );
}

/** Makes the pages be about another account; null for one's own. */
export function useAccountSwitch(): Switch {
  const switchAccount = useContext(Context);
  if (!switchAccount) {
    throw new Error("Put the component inside <AccountProvider>.");
  }
  return switchAccount;
}
