import { Link } from "react-router";
import { Page } from "../page";

/** Where there is no page. */
export function NotFound() {
  return (
    <Page title="No such page">
      <p>
        <Link className="credits:text-accent credits:underline" to="/">
          Go to billing
        </Link>
      </p>
    </Page>
  );
}
