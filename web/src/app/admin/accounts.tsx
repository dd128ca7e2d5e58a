import { useSearchParams } from "react-router";
import { AccountSearch, AccountTable, isAccountStatus } from "../../kit/admin";
import { Card } from "../../kit/ui/card";
import { Page } from "../page";
import { accountHref } from "./places";

/** All accounts; what is looked for stands in the address, so that one can come back to it. */
export function Accounts() {
  const [params, setParams] = useSearchParams();
  const status = params.get("status") ?? "";
  const terms = {
    search: params.get("search") ?? "",
    status: isAccountStatus(status) ? status : null,
  };
  return (
    <Page title="Accounts">
      <Card>
        <div className="credits:flex credits:flex-col credits:gap-4">
          <AccountSearch
            terms={terms}
            onSearch={(wanted) =>
              setParams({
                ...(wanted.search && { search: wanted.search }),
                ...(wanted.status && { status: wanted.status }),
              })
            }
          />
          <AccountTable {...terms} accountHref={accountHref} />
        </div>
      </Card>
    </Page>
  );
}
