// Attachments: arrow keys move between the buttons of an element. Tab works as usual.
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Begins at the first button if none has the focus, so that ArrowDown leaves a search box above. */
export function arrows(node: HTMLElement): () => void {
  function walk(event: KeyboardEvent): void {
    const by = STEPS[event.key];
    const typing = event.target instanceof HTMLInputElement && /^Arrow(Left|Right)$/.test(event.key);
    if (!by || typing || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = [...node.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[Math.min(buttons.length - 1, Math.max(0, here + by))];
    if (!next) return;
    next.focus();
    event.preventDefault();
  }
  node.addEventListener("keydown", walk);
  return () => node.removeEventListener("keydown", walk);
}

/** For buttons in rows: up and down go to the nearest one of the next row. From a search box above, down goes to the first; `data-aside`
 *  marks a button that has its own place. */
export function gridArrows(node: HTMLElement): () => void {
  function walk(event: KeyboardEvent): void {
    const by = STEPS[event.key];
    const typing = event.target instanceof HTMLInputElement;
    if (!by || (typing && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = [...node.querySelectorAll<HTMLElement>("button:not([data-aside])")];
    const here = buttons.indexOf(document.activeElement as HTMLElement);
    if (here < 0 && !typing) return;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const next = (here < 0 || sideways ? undefined : across(buttons, here, by)) ?? buttons[Math.max(0, here + by)];
    if (!next) return;
    next.focus();
    event.preventDefault();
  }
  node.addEventListener("keydown", walk);
  return () => node.removeEventListener("keydown", walk);
}

/** The nearest button of the next row, or of the one before. */
function across(buttons: HTMLElement[], here: number, by: number): HTMLElement | undefined {
  const places = buttons.map((button) => button.getBoundingClientRect());
  const from = places[here];
  if (!from) return undefined;
  const distance = (place: DOMRect) => Math.abs(place.left - from.left) + 10_000 * Math.abs(place.top - from.top);
  const beyond = buttons.map((button, at) => ({ button, place: places[at] as DOMRect }));
  const found = beyond.filter(({ place }) => (by > 0 ? place.top >= from.bottom : place.bottom <= from.top));
  return found.sort((a, b) => distance(a.place) - distance(b.place))[0]?.button;
}
