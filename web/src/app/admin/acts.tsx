import { PendingActs } from "../../kit/admin";
import { Page } from "../page";
import { useSession } from "../session";
import { accountHref } from "./places";

/** The acts that wait for a second administrator. */
export function Acts() {
  const { session } = useSession();
  return (
    <Page title="Waiting acts">
      <p className="credits:max-w-prose credits:text-sm credits:text-muted">
        Large acts, and all for an administrator’s own account or team, wait here for a second
        administrator. After seven days they expire.
      </p>
      <PendingActs userId={session?.user.id ?? ""} accountHref={accountHref} />
    </Page>
  );
}
