// Times as people read them, in the current language. All times are Unix seconds.
import { createSubscriber } from "svelte/reactivity";
import { choose, spoken } from "./words.svelte";

const DAY = 86_400;

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** The current time. What is drawn from it is drawn again each second while it is on the screen. */
export function now(): number {
  everySecond();
  return Date.now() / 1000;
}

/** The system's variety of the current language, so that dates look as they do elsewhere on this computer. */
function locale(): string {
  return navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag) && choose(tag) === spoken()) ?? spoken();
}

/** "20 Nov 2026". */
export function day(time: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(time * 1000);
}

/** "20 Nov", or "20 Nov 2027" where that could be of another year. */
export function shortDay(time: number): string {
  const same = Math.abs(time - Date.now() / 1000) < 330 * DAY;
  return new Intl.DateTimeFormat(locale(), { year: same ? undefined : "numeric", month: "short", day: "numeric" }).format(time * 1000);
}

/** "20 November 2026", for a calendar day, independent of the time zone. */
export function date(day: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(Date.parse(`${day}T00:00:00Z`));
}

/** "20 Nov 2026, 14:32". */
export function moment(time: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(time * 1000);
}

/** "2 minutes ago", "in 3 days". */
export function relative(time: number, at: number): string {
  const seconds = time - at;
  const size = Math.abs(seconds);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (size < 45) return format.format(0, "second");
  if (size < 3600) return format.format(Math.round(seconds / 60), "minute");
  if (size < DAY) return format.format(Math.round(seconds / 3600), "hour");
  if (size < 60 * DAY) return format.format(Math.round(seconds / DAY), "day");
  return format.format(Math.round(seconds / (30 * DAY)), "month");
}

/** "9:41", for a countdown. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What is left of a span, from 1 (just begun) to 0 (over). */
export function share(from: number, to: number, at: number): number {
  return to > from ? Math.min(1, Math.max(0, (to - at) / (to - from))) : 0;
}
