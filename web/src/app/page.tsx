import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** Whether no page was left yet: the browser itself tells of the first one. */
let isFirst = true;

/** A page: its title, in the window's too, and what stands on it. Come to, it takes the focus. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · Credits`;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: pages can have one title and two paths.
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus({ preventScroll: true });
    }
    return () => {
      isFirst = false;
    };
  }, [pathname, title]);
  return (
    <div className="credits:flex credits:flex-col credits:gap-5">
      <h1
        ref={heading}
        tabIndex={-1}
        className="credits:text-2xl credits:font-semibold credits:outline-none"
      >
        {title}
      </h1>
      {children}
    </div>
  );
}
