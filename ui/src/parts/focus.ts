// Where the keyboard is when a button gives way to another.

/** Takes the focus that was lost with the button before; nobody else's. */
export function keepFocus(button: HTMLElement): void {
  if (document.activeElement === document.body) button.focus({ preventScroll: true });
}
