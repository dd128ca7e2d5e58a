import { formatDay } from "../format";
import { useTeams } from "../hooks/use-teams";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty, Failure, Note } from "../ui/notes";
import { MEMBER_ROLES } from "../words";

/** The teams that one is invited into, to accept or to decline. */
export function MyInvitations() {
  const { invitations, accept, decline } = useTeams();
  const error = accept.error ?? decline.error;
  return (
    <Card title="Invitations for you">
      <div className="credits:flex credits:flex-col credits:gap-3">
        {error && <Failure error={error} />}
        {accept.data && (
          <Note key={accept.data.account_id} tone="good" takesFocus>
            You are a member of {accept.data.name} now.
          </Note>
        )}
        <Answer query={invitations} height="5.25rem">
          {(found) =>
            found.length === 0 ? (
              <Empty>Nobody has invited you now.</Empty>
            ) : (
              <ul className="credits:flex credits:flex-col credits:divide-y credits:divide-line">
                {found.map(({ id, account_name, role, expires_at }) => (
                  <li
                    key={id}
                    className="credits:flex credits:flex-wrap credits:items-center credits:justify-between credits:gap-3 credits:py-3"
                  >
                    <span className="credits:text-sm">
                      <strong className="credits:font-medium">{account_name}</strong> as{" "}
                      {MEMBER_ROLES[role].label.toLowerCase()}{" "}
                      <span className="credits:text-muted">until {formatDay(expires_at)}</span>
                    </span>
                    <span className="credits:flex credits:gap-2">
                      <Button
                        aria-label={`Decline the invitation into ${account_name}`}
                        isBusy={decline.isPending && decline.variables === id}
                        onClick={() => decline.mutate(id)}
                      >
                        Decline
                      </Button>
                      <Button
                        kind="primary"
                        aria-label={`Accept the invitation into ${account_name}`}
                        isBusy={accept.isPending && accept.variables === id}
                        onClick={() => accept.mutate(id)}
                      >
                        Accept
                      </Button>
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </div>
    </Card>
  );
}
