import { CatalogTables } from "../../kit/admin";
import { Note } from "../../kit/ui/notes";
import { Page } from "../page";

/** The catalog in force. */
export function Catalog() {
  return (
    <Page title="Catalog">
      <Note>
        <span>
          This is the catalog in force. It is a file, and is changed by{" "}
          <code>pgcredits catalog apply FILE</code>; the audit has each change.
        </span>
      </Note>
      <CatalogTables />
    </Page>
  );
}
