// The console steps that are ticked off, kept for the next start of the window. They are known by their texts, so that a step that has
// changed is to be done again. Nothing here is secret.
import type { ProviderView } from "../shell/wire";

const KEY = "console-steps";

function all(): Record<string, string[]> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string[]>;
  } catch {
    return {};
  }
}

/** The ticked steps of a platform, by their index. */
export function ticksOf(provider: ProviderView): number[] {
  const texts = all()[provider.id];
  if (!Array.isArray(texts)) return [];
  return provider.console.flatMap((step, at) => (texts.includes(step.text.en) ? [at] : []));
}

/** Keeps a platform's ticked steps; none forgets the platform. */
export function keepTicks(provider: ProviderView, ticked: number[]): void {
  const texts = provider.console.filter((_, at) => ticked.includes(at)).map((step) => step.text.en);
  const others = Object.entries(all()).filter(([id]) => id !== provider.id);
  const kept = Object.fromEntries(texts.length > 0 ? [...others, [provider.id, texts]] : others);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then they last until the window is closed.
  }
}
