import { Button } from "../kit/ui/button";
import { Field } from "../kit/ui/field";

/** What `PasswordForm` takes. */
export interface PasswordFormProps {
  /** What its button says. */
  action: string;
  isBusy: boolean;
  /** Whether the password is chosen here, which password managers want to know. */
  isNew?: boolean;
  onSend: (email: string, password: string) => void;
}

/** An e-mail address and a password. What was typed stays where it is refused. */
export function PasswordForm({ action, isBusy, isNew = false, onSend }: PasswordFormProps) {
  return (
    <form
      className="credits:flex credits:flex-col credits:gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onSend(String(form.get("email")), String(form.get("password")));
      }}
    >
      <Field label="E-mail" name="email" type="email" autoComplete="username" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete={isNew ? "new-password" : "current-password"}
        required
      />
      <Button kind={isNew ? "primary" : "secondary"} type="submit" isBusy={isBusy}>
        {action}
      </Button>
    </form>
  );
}
