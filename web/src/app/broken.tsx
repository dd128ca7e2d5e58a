import { Button } from "../kit/ui/button";
import { Note } from "../kit/ui/notes";
import { Page } from "./page";

/** In place of a page that could not be loaded or shown, such as after a new version came out. */
export function Broken() {
  return (
    <Page title="Something went wrong">
      <Note tone="bad">
        <span>
          This page could not be shown: check the connection. There may be a new version of it, too.
        </span>
        <Button onClick={() => location.reload()}>Reload</Button>
      </Note>
    </Page>
  );
}
