import { Link, useNavigate } from "react-router";
import { Page } from "../page";
import { SignInForm } from "../sign-in-form";
import { useWantedPlace } from "../wanted";

/** Where one signs in, and is led on to where one wanted to go. */
export function SignIn() {
  const navigate = useNavigate();
  const wanted = useWantedPlace();
  return (
    <Page title="Sign in">
      <SignInForm onDone={() => void navigate(wanted, { replace: true })}>
        <p className="credits:mt-4 credits:text-sm">
          Are you new here?{" "}
          <Link
            to="/sign-up"
            state={{ to: wanted }}
            className="credits:text-accent credits:underline credits:underline-offset-2"
          >
            Sign up
          </Link>
        </p>
      </SignInForm>
    </Page>
  );
}
