import { SignInForm } from "../src/app/sign-in-form";

/** What stands there for who is not signed in. */
export function SignIn() {
  return (
    <main className="credits:mx-auto credits:flex credits:max-w-md credits:flex-col credits:gap-5 credits:px-4 credits:py-6">
      <h1 className="credits:text-2xl credits:font-semibold">Sign in</h1>
      <SignInForm />
    </main>
  );
}
