import { Outlet } from "react-router";
import { AdminGate } from "../../kit/admin";
import { Page } from "../page";
import { useIsAdmin } from "../session";

/** The pages of administrators; who is none is told so. */
export function Admin() {
  return (
    <AdminGate isAdmin={useIsAdmin()} onPage={(note) => <Page title="Administration">{note}</Page>}>
      <Outlet />
    </AdminGate>
  );
}
