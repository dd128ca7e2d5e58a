import { Link, useParams } from "react-router";
import { AccountPage } from "../../kit/admin";
import { Page } from "../page";
import { NotFound } from "../pages/not-found";
import { ACCOUNTS, accountHref } from "./places";

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** One account. */
export function Account() {
  const { accountId = "" } = useParams();
  if (!ID.test(accountId)) {
    return <NotFound />;
  }
  return (
    <Page title="Account">
      <Link
        to={ACCOUNTS}
        className="credits:text-sm credits:text-accent credits:underline credits:underline-offset-2"
      >
        All accounts
      </Link>
      <AccountPage key={accountId} accountId={accountId} accountHref={accountHref} />
    </Page>
  );
}
