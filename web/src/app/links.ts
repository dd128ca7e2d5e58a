import { useEffect } from "react";
import { useNavigate } from "react-router";

/** Follows the kit's links, which know of no router, within the pages: nothing is loaded anew. */
export function useInnerLinks(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      const isPlain =
        event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (event.defaultPrevented || !isPlain || !(link instanceof HTMLAnchorElement)) {
        return;
      }
      if (link.target || link.hasAttribute("download")) {
        return;
      }
      const { origin, pathname, search, hash } = new URL(link.href, location.href);
      const isInner = origin === location.origin && !pathname.startsWith("//");
      if (isInner && !link.getAttribute("href")?.startsWith("#")) {
        event.preventDefault();
        // Who signs in comes back to where the link stood.
        const state = pathname === "/sign-in" ? { to: location.pathname + location.search } : null;
        void navigate(pathname + search + hash, { state });
      }
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [navigate]);
}
