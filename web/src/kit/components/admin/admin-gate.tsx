import type { ReactNode } from "react";
import { CreditsError } from "../../errors";
import { usePendingActs } from "../../hooks/admin/use-work";
import { Note } from "../../ui/notes";

/** What `AdminGate` takes. */
export interface AdminGateProps {
  /** What the session says, as far as it is known: it holds until the database has answered. */
  isAdmin?: boolean;
  children: ReactNode;
  /** Puts what somebody is told who is no administrator on a page. */
  onPage?: (note: ReactNode) => ReactNode;
}

/**
 * Shows what is for administrators to whom the database takes for one, and tells the others that
 * they are not one. It waits for no answer: to who is not one, nothing is answered in any case.
 */
export function AdminGate({ children, isAdmin = true, onPage = (note) => note }: AdminGateProps) {
  const { data, error } = usePendingActs();
  const isRefused = error instanceof CreditsError && error.token === "admin_only";
  if (!isRefused && (isAdmin || data !== undefined)) {
    return children;
  }
  return onPage(
    <Note tone="bad">
      This is for administrators, and you are not one: there is nothing to see for you here. If you
      have just become one, sign out and in again.
    </Note>,
  );
}
