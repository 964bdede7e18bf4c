// The order of the first picture: what one looks for comes first. Not for any later drawing.

/** Calls back once what is on the screen now has been drawn. */
export function afterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act));
}
