import { useState } from "react";
import { Link } from "react-router";
import { Button, buttonLook } from "../kit/ui/button";
import { Note } from "../kit/ui/notes";
import { forgetReferral, keptReferral } from "./referred";

/** Offers to claim the code that brought the visitor here, which counts before the first purchase. */
export function ReferralNote() {
  const [code, setCode] = useState(keptReferral);
  if (code === "") {
    return null;
  }
  function refuse() {
    forgetReferral();
    setCode("");
  }
  return (
    <Note>
      <span>A friend's code brought you here. Claim it before you buy for the first time.</span>
      <span className="credits:flex credits:flex-wrap credits:gap-2">
        <Link className={buttonLook("secondary")} to="/gifts">
          Claim it
        </Link>
        <Button kind="quiet" onClick={refuse}>
          No, thanks
        </Button>
      </span>
    </Note>
  );
}
