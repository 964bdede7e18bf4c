// Delays what the first paint does not need.

/** Calls back after the next paint. */
export function afterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act));
}
