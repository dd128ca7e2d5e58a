import { useState } from "react";
import { Button } from "../kit/ui/button";
import { Note } from "../kit/ui/notes";
import { useSession } from "./session";

/** What `SignOut` takes. */
export interface SignOutProps {
  /** Nobody is signed in any more. */
  onDone?: () => void;
}

/** Signs out of this browser, and of no other one; says so where that did not go. */
export function SignOut({ onDone }: SignOutProps) {
  const { supabase } = useSession();
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  async function signOut() {
    setIsBusy(true);
    const { error } = await supabase.auth.signOut({ scope: "local" });
    setIsBusy(false);
    setProblem(error?.message ?? "");
    if (!error) {
      onDone?.();
    }
  }

  return (
    <>
      <Button
        kind="quiet"
        className="credits:max-sm:px-2"
        isBusy={isBusy}
        onClick={() => void signOut()}
      >
        Sign out
      </Button>
      {problem && <Note tone="bad">You are still signed in: {problem}</Note>}
    </>
  );
}
