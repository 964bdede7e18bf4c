// An attachment: arrow keys move between the buttons of an element. Tab works as usual.
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
