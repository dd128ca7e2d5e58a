import { useEffect, useState } from "react";
import { Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { AccountSwitcher, CreditBalance } from "../kit";
import { Button } from "../kit/ui/button";
import { Loading, Note } from "../kit/ui/notes";
import { useAccountSwitch } from "./account";
import { useInnerLinks } from "./links";
import { ADMIN_PLACES, OPEN_PLACES, PLACES, Places } from "./places";
import { useIsAdmin, useSession } from "./session";
import { SignOut } from "./sign-out";
import { currentTheme, switchTheme } from "./theme";
import { useWantedPlace } from "./wanted";

/** Where visitors come in: who is signed in has nothing to do there. */
const ENTRANCES = ["/sign-in", "/sign-up"];
const LATE_MS = 4_000;

/** What is around every page: where to go, the balance, light or dark, who is signed in. */
export function Shell() {
  const { session } = useSession();
  const isAdmin = useIsAdmin();
  const switchAccount = useAccountSwitch();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const wanted = useWantedPlace();
  useInnerLinks();
  if (session === undefined) {
    return <Starting />;
  }
  const place = pathname.replace(/\/+$/, "");
  if (session && ENTRANCES.includes(place)) {
    return <Navigate to={wanted} replace />; // signed in just now, here or in another window
  }
  if (session === null && !OPEN_PLACES.some(([path]) => path === place)) {
    return <Navigate to="/sign-in" state={{ to: pathname + search }} replace />;
  }
  return (
    <div className="credits:min-h-screen">
      <a href="#main" className="credits:sr-only credits:focus:not-sr-only">
        Skip to the content
      </a>
      <header className="credits:print:hidden credits:border-b credits:border-line credits:bg-surface">
        <div className="credits:mx-auto credits:flex credits:max-w-6xl credits:flex-wrap credits:items-center credits:gap-x-2 credits:gap-y-1 credits:px-4 credits:py-2 credits:sm:gap-x-6">
          <span
            className={`credits:font-semibold ${session ? "credits:sr-only credits:sm:not-sr-only" : ""}`}
          >
            Credits
          </span>
          {session && <AccountSwitcher onSwitch={switchAccount} />}
          <div className="credits:flex credits:min-w-0 credits:flex-1 credits:basis-0 credits:max-[21rem]:basis-full credits:items-center credits:justify-end credits:sm:gap-2">
            {session && (
              <div className="credits:min-w-0 credits:flex-1">
                <CreditBalance compact />
              </div>
            )}
            <ThemeSwitch />
            {session && <SignOut onDone={() => void navigate("/sign-in", { replace: true })} />}
          </div>
          <Places label="Pages" places={session ? PLACES : OPEN_PLACES} />
          {session && isAdmin && <Places label="Administration" places={ADMIN_PLACES} />}
        </div>
      </header>
      <main id="main" className="credits:mx-auto credits:max-w-6xl credits:px-4 credits:py-6">
        <Outlet />
      </main>
    </div>
  );
}

/** Who is signed in is not known yet; it takes long where no server answers. */
function Starting() {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) {
    return <Loading height="100vh" label="Starting" />;
  }
  return (
    <main className="credits:mx-auto credits:max-w-6xl credits:px-4 credits:py-6">
      <Note tone="warn">No answer comes yet: check the connection. It is tried again.</Note>
    </main>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(currentTheme);
  return (
    <Button
      kind="quiet"
      className="credits:max-sm:px-2"
      aria-label={theme === "dark" ? "Show it light" : "Show it dark"}
      onClick={() => setTheme(switchTheme())}
    >
      <span aria-hidden="true" className="credits:text-lg/5">
        {theme === "dark" ? "☀" : "☾"}
      </span>
    </Button>
  );
}
