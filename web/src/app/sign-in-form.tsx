import { type ReactNode, useState } from "react";
import { Button } from "../kit/ui/button";
import { Card } from "../kit/ui/card";
import { Note } from "../kit/ui/notes";
import { PasswordForm } from "./password-form";
import { useSession } from "./session";

/** What `SignInForm` takes. */
export interface SignInFormProps {
  /** Somebody has signed in. */
  onDone?: () => void;
  /** Below the form. */
  children?: ReactNode;
}

/** Signs in by e-mail and password; where the site offers it, with one click. */
export function SignInForm({ onDone, children }: SignInFormProps) {
  const { config, supabase } = useSession();
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  async function signIn(email: string, password: string) {
    setIsBusy(true);
    const { error } = await supabase.auth.signInWithPassword({ email, password });
    setIsBusy(false);
    setProblem(error?.message ?? "");
    if (!error) {
      onDone?.();
    }
  }

  return (
    <>
      {problem && <Note tone="bad">{problem}</Note>}
      {config.demo && (
        <Card title="This is a demonstration" className="credits:max-w-md">
          <div className="credits:flex credits:flex-wrap credits:gap-3">
            {config.demo.map((user, place) => (
              <Button
                key={user.email}
                kind={place === 0 ? "primary" : "secondary"}
                isBusy={isBusy}
                onClick={() => void signIn(user.email, user.password)}
              >
                {user.label}
              </Button>
            ))}
          </div>
        </Card>
      )}
      <Card title="With your password" className="credits:max-w-md">
        <PasswordForm
          action="Sign in"
          isBusy={isBusy}
          onSend={(email, password) => void signIn(email, password)}
        />
        {children}
      </Card>
    </>
  );
}
