// Where the keyboard is when a button gives way to another, or leads to a field.

/** Takes the focus that was lost with the button before; nobody else's. */
export function keepFocus(button: HTMLElement): void {
  if (document.activeElement === document.body) button.focus({ preventScroll: true });
}

/** To a field that has to be filled in once more: what was in it is gone. */
export function focusField(testid: string): void {
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.focus();
}
