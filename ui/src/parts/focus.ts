// Moves the keyboard focus.

/** Takes the focus if the button before it had it and is gone. */
export function keepFocus(button: HTMLElement): void {
  if (document.activeElement === document.body) button.focus({ preventScroll: true });
}

/** Focuses a field that was emptied and has to be filled in again. */
export function focusField(testid: string): void {
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.focus();
}
