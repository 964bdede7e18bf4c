// How long a platform's API version still runs: said in its last three months. Not for tokens.
import { day, now } from "./dates";
import type { ProviderView } from "../shell/wire";
import { pick, t } from "./words.svelte";

const DAY = 86_400;
const NEAR = 90 * DAY;

export interface Sunset {
  over: boolean;
  /** For a tile: "v26.0 ends 29 Jul 2028". */
  short: string;
  /** For a notice: a sentence and what to do. */
  long: string;
}

export function sunset(provider: ProviderView | undefined): Sunset | null {
  const end = provider?.sunset ? Date.parse(`${provider.sunset}T00:00:00Z`) / 1000 : NaN;
  if (!provider || isNaN(end) || end - now() > NEAR) return null;
  const over = end <= now();
  const args = { platform: pick(provider.name), version: provider.version ?? "", day: day(end) };
  return { over, short: t(over ? "sunset-over-short" : "sunset-short", args), long: t(over ? "sunset-over" : "sunset", args) };
}
