import { type ReactNode, useState } from "react";
import type { CreditAdminAccount } from "../../database";
import { adminService } from "../../services/admin";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ActDialog } from "./act-dialog";
import { AddCredits, RemoveCredits } from "./credit-dialogs";
import { reportErasure, reportStatus } from "./report";

type ActName = "add" | "remove" | "pause" | "resume" | "erase";

/** What an administrator can do with an account: each act asks for its reason. */
export function AccountActs({ account }: { account: CreditAdminAccount }) {
  const [act, setAct] = useState<ActName | null>(null);
  const close = () => setAct(null);
  const isClosed = account.status === "closed";
  return (
    <Card title="Acts">
      <div className="credits:flex credits:flex-wrap credits:gap-2">
        {!isClosed && (
          <Button kind="primary" onClick={() => setAct("add")}>
            Add credits
          </Button>
        )}
        <Button onClick={() => setAct("remove")}>Remove credits</Button>
        {account.status === "active" && <Button onClick={() => setAct("pause")}>Pause</Button>}
        {account.status === "paused" && <Button onClick={() => setAct("resume")}>Resume</Button>}
        {!isClosed && (
          <Button kind="danger" onClick={() => setAct("erase")}>
            Erase
          </Button>
        )}
      </div>
      {act && dialogOf(act, account, close)}
    </Card>
  );
}

function dialogOf(act: ActName, account: CreditAdminAccount, close: () => void): ReactNode {
  const account_id = account.account_id;
  switch (act) {
    case "add":
      return <AddCredits accountId={account_id} onClose={close} />;
    case "remove":
      return <RemoveCredits account={account} onClose={close} />;
    case "pause":
      return (
        <ActDialog
          title="Pause the account"
          about="It spends nothing any more until it is resumed. What is held can still be captured, and credits still come."
          confirm="Pause"
          act={(client, reason) => adminService.pauseAccount(client, { account_id, reason })}
          report={reportStatus}
          onClose={close}
        />
      );
    case "resume":
      return (
        <ActDialog
          title="Resume the account"
          about="It can spend again."
          confirm="Resume"
          act={(client, reason) => adminService.resumeAccount(client, { account_id, reason })}
          report={reportStatus}
          onClose={close}
        />
      );
    case "erase":
      return (
        <ActDialog
          title="Erase the account"
          about="This cannot be undone. Address, name, credits, messages and memberships go; transactions stay as evidence, without the person. The account is closed for ever. What Auth and Stripe keep is deleted there, afterwards."
          confirm="Erase for ever"
          isDanger
          act={(client, reason) => adminService.eraseAccount(client, { account_id, reason })}
          report={reportErasure}
          onClose={close}
        />
      );
  }
}
