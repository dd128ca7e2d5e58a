import { fireEvent, render, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { expect, test } from "vitest";
import { useInnerLinks } from "./links";

function Pages() {
  useInnerLinks();
  return (
    <>
      <a href="/there?a=1">inside</a>
      <a href="https://example.com/there">outside</a>
      <a href="#main">below</a>
      <a href="/sign-in">sign in</a>
      <a href="/there.csv" download="">
        file
      </a>
      <a href="/there" target="help">
        elsewhere
      </a>
      <a href="/pricing#contact">contact</a>
      {/* biome-ignore lint/a11y/useValidAnchor: it is what an application may have. */}
      <a>no link</a>
      <a href={`${location.origin}//evil.example/x`}>two slashes</a>
      <svg aria-hidden="true">
        <a href="/drawn">
          <text>drawn</text>
        </a>
      </svg>
    </>
  );
}

function show() {
  const router = createMemoryRouter([{ path: "*", Component: Pages }]);
  const { unmount } = render(<RouterProvider router={router} />);
  const place = () => {
    const { pathname, search, hash } = router.state.location;
    return pathname + search + hash;
  };
  return Object.assign(place, { state: () => router.state.location.state as unknown, unmount });
}

test("a link to another page is followed without loading the pages anew", async () => {
  const place = show();
  const isLeftToTheBrowser = fireEvent.click(screen.getByText("inside"));
  expect(isLeftToTheBrowser).toBe(false);
  await expect.poll(place).toBe("/there?a=1");
});

test.each([
  ["outside", {}],
  ["below", {}],
  ["file", {}],
  ["no link", {}],
  ["two slashes", {}],
  ["drawn", {}],
  ["elsewhere", {}],
  ["inside", { ctrlKey: true }],
  ["inside", { metaKey: true }],
  ["inside", { button: 1 }],
])("the browser follows the link %s with %o itself", (name, how) => {
  const place = show();
  expect(fireEvent.click(screen.getByText(name), how)).toBe(true);
  expect(place()).toBe("/");
});

test("who signs in by a link is known to come from where it stood", async () => {
  history.replaceState(null, "", "/pricing?a=1");
  const place = show();
  fireEvent.click(screen.getByText("sign in"));
  await expect.poll(place).toBe("/sign-in");
  expect(place.state()).toEqual({ to: "/pricing?a=1" });
  history.replaceState(null, "", "/");
});

test("a place on another page is gone to", async () => {
  const place = show();
  fireEvent.click(screen.getByText("contact"));
  await expect.poll(place).toBe("/pricing#contact");
});

test("a link whose click something else has taken is not followed", () => {
  const place = show();
  const link = screen.getByText("inside");
  link.addEventListener("click", (event) => event.preventDefault());
  fireEvent.click(link);
  expect(place()).toBe("/");
});
