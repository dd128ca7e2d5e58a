import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { Card } from "../../kit/ui/card";
import { Note } from "../../kit/ui/notes";
import { Page } from "../page";
import { PasswordForm } from "../password-form";
import { useSession } from "../session";
import { useWantedPlace } from "../wanted";

/** Signs up by e-mail and password; where the address has to be confirmed, it says so. */
export function SignUp() {
  const { supabase } = useSession();
  const navigate = useNavigate();
  const wanted = useWantedPlace();
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [isSent, setIsSent] = useState(false);

  async function signUp(email: string, password: string) {
    setIsBusy(true);
    const options = { emailRedirectTo: location.origin };
    const { data, error } = await supabase.auth.signUp({ email, password, options });
    setIsBusy(false);
    setProblem(error?.message ?? "");
    if (data.session) {
      await navigate(wanted, { replace: true });
    } else if (!error) {
      setIsSent(true);
    }
  }

  if (isSent) {
    return (
      <Page title="Sign up">
        <Note tone="good" takesFocus>
          We have sent you an e-mail: follow its link, and you are in.
        </Note>
      </Page>
    );
  }
  return (
    <Page title="Sign up">
      {problem && <Note tone="bad">{problem}</Note>}
      <Card title="With a password of your own" className="credits:max-w-md">
        <PasswordForm
          action="Sign up"
          isNew
          isBusy={isBusy}
          onSend={(email, password) => void signUp(email, password)}
        />
        <p className="credits:mt-4 credits:text-sm">
          Have you been here before?{" "}
          <Link
            to="/sign-in"
            state={{ to: wanted }}
            className="credits:text-accent credits:underline credits:underline-offset-2"
          >
            Sign in
          </Link>
        </p>
      </Card>
    </Page>
  );
}
