import { useMutation } from "@tanstack/react-query";
import { useCreditsClient } from "../provider";
import { catalogService, type SalesMessage } from "../services/catalog";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field, TextField } from "../ui/field";
import { Failure, Note } from "../ui/notes";

/** A form that asks for what is sold on request; open to visitors. */
export function EnterpriseContact() {
  const { client } = useCreditsClient();
  const contact = useMutation({
    mutationKey: ["credits"],
    mutationFn: (message: SalesMessage) => catalogService.contactSales(client, message),
  });
  if (contact.data?.ok) {
    return (
      <Card title="Contact us">
        <Note tone="good">Thank you: we have your message, and answer by e-mail.</Note>
      </Card>
    );
  }
  return (
    <Card title="Contact us">
      <form
        className="credits:grid credits:gap-4 credits:sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          contact.mutate(readMessage(new FormData(event.currentTarget)));
        }}
      >
        <Field label="Name" name="name" autoComplete="name" maxLength={200} />
        <Field label="Company" name="company" autoComplete="organization" maxLength={200} />
        <div className="credits:sm:col-span-2">
          <Field label="E-mail" name="email" type="email" autoComplete="email" required />
        </div>
        <div className="credits:sm:col-span-2">
          <TextField label="What do you need?" name="message" required />
        </div>
        <div className="credits:flex credits:flex-col credits:gap-3 credits:sm:col-span-2">
          {contact.data?.message === "rate_limited" && (
            <Note tone="bad">Too many messages came within an hour. Try again later.</Note>
          )}
          {contact.error && <Failure error={contact.error} />}
          <Button
            kind="primary"
            type="submit"
            isBusy={contact.isPending}
            className="credits:self-start"
          >
            Send
          </Button>
        </div>
      </form>
    </Card>
  );
}

function readMessage(form: FormData): SalesMessage {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  return {
    email: text("email"),
    message: text("message"),
    name: text("name") || null,
    company: text("company") || null,
  };
}
