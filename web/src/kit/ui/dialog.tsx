import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./button";

/** What `Dialog` takes. */
export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A window over the page while it is rendered: the keyboard stays in it, Escape closes it. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // A layout effect: it closes while the element is there still, so that the focus goes back.
  useLayoutEffect(() => {
    const element = dialog.current;
    const places = placesAround(document.activeElement);
    element?.showModal();
    return () => {
      element?.close();
      focusFirst(places);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="credits:m-auto credits:w-[min(32rem,calc(100vw-2rem))] credits:rounded-xl credits:border credits:border-line credits:bg-surface credits:p-5 credits:text-ink credits:backdrop:bg-[rgb(0_0_0/0.5)]"
    >
      <div className="credits:mb-4 credits:flex credits:items-start credits:justify-between credits:gap-3">
        <h2
          id={id}
          className="credits:min-w-0 credits:text-lg credits:font-semibold credits:wrap-anywhere"
        >
          {title}
        </h2>
        <Button kind="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </Button>
      </div>
      {children}
    </dialog>
  );
}

/** An element and all that it stands in, the nearest first. */
function placesAround(element: Element | null): HTMLElement[] {
  return element instanceof HTMLElement ? [element, ...placesAround(element.parentElement)] : [];
}

/** Where what had the focus is gone, and cannot have it back: what it stood in takes it. */
function focusFirst(places: readonly HTMLElement[]) {
  const place = places.find((element) => element.isConnected);
  if (place && place !== places[0]) {
    if (place.tabIndex < 0) {
      place.tabIndex = -1;
    }
    place.focus({ preventScroll: true });
  }
}
