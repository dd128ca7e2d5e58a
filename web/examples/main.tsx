/** The pages of the examples: who is signed in, the balance, and one example by its path. */
import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { type PagesConfig, readConfig } from "../src/app/config";
import { SessionProvider, useSession } from "../src/app/session";
import { SignOut } from "../src/app/sign-out";
import { connect } from "../src/app/supabase";
import { applyTheme } from "../src/app/theme";
import { CreditBalance, CreditsProvider } from "../src/kit";
import { Loading } from "../src/kit/ui/notes";
import { Chat } from "./chat";
import { Documents } from "./documents";
import "./examples.css";
import { SignIn } from "./sign-in";
import { Voice } from "./voice";

/** What an example takes: where credits are bought. */
export interface ExampleProps {
  buyHref: string;
}

const EXAMPLES: readonly [path: string, name: string, Example: ComponentType<ExampleProps>][] = [
  ["/chat", "Chat", Chat],
  ["/voice", "Voice call", Voice],
  ["/documents", "Documents", Documents],
];

function Examples({ siteUrl }: { siteUrl: string }) {
  const { config, supabase, session } = useSession();
  if (session === undefined) {
    return <Loading height="100vh" label="Starting" />;
  }
  if (session === null) {
    return <SignIn />;
  }
  const here = EXAMPLES.find(([path]) => path === location.pathname) ?? EXAMPLES[0];
  return (
    <CreditsProvider key={session.user.id} supabase={supabase} isLive={config.isLive ?? true}>
      <header className="credits:border-b credits:border-line credits:bg-surface">
        <div className="credits:mx-auto credits:flex credits:max-w-3xl credits:flex-wrap credits:items-center credits:gap-x-2 credits:px-4 credits:py-2">
          <nav aria-label="Examples" className="credits:flex credits:flex-wrap">
            {EXAMPLES.map(([path, name]) => (
              <a
                key={path}
                href={path}
                aria-current={path === here?.[0] ? "page" : undefined}
                className="credits:inline-flex credits:min-h-11 credits:items-center credits:px-3 credits:text-sm credits:text-accent credits:aria-[current]:font-semibold credits:aria-[current]:text-ink"
              >
                {name}
              </a>
            ))}
          </nav>
          <div className="credits:ml-auto credits:flex credits:items-center credits:gap-2">
            <CreditBalance compact />
            <SignOut />
          </div>
        </div>
      </header>
      <main className="credits:mx-auto credits:flex credits:max-w-3xl credits:flex-col credits:gap-5 credits:px-4 credits:py-6">
        {here && <Example name={here[1]} of={here[2]} buyHref={`${siteUrl}/buy`} />}
      </main>
    </CreditsProvider>
  );
}

function Example(props: { name: string; of: ComponentType<ExampleProps>; buyHref: string }) {
  const { name, of: Content, buyHref } = props;
  return (
    <>
      <h1 className="credits:text-2xl credits:font-semibold">{name}</h1>
      <Content buyHref={buyHref} />
    </>
  );
}

applyTheme();
const root = document.getElementById("root");
if (root) {
  const pages = createRoot(root);
  readConfig().then(
    (told) => {
      const config = told as PagesConfig & { siteUrl: string };
      pages.render(
        <StrictMode>
          <SessionProvider config={config} supabase={connect(config)}>
            <Examples siteUrl={config.siteUrl} />
          </SessionProvider>
        </StrictMode>,
      );
    },
    (error: unknown) => pages.render(<p role="alert">The pages cannot start: {String(error)}</p>),
  );
}
