import { useHref } from "react-router";
import { DisputeList } from "../../kit";
import { Page } from "../page";

/** The charges that one has disputed. */
export function Disputes() {
  const historyHref = useHref("/history");
  return (
    <Page title="Disputes">
      <DisputeList historyHref={historyHref} />
    </Page>
  );
}
