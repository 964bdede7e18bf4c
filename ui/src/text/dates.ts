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

/** Chinese texts have a space between a number and a word; the system's formats have it in some places only. */
function spaced(text: string): string {
  return text.replace(/(?<=\p{sc=Han})(?=\d)|(?<=\d)(?=\p{sc=Han})/gu, " ");
}

function format(time: number, options: Intl.DateTimeFormatOptions): string {
  return spaced(new Intl.DateTimeFormat(locale(), options).format(time * 1000));
}

/** "20 Nov 2026". */
export function day(time: number): string {
  return format(time, { dateStyle: "medium" });
}

/** "20 Nov", or "20 Nov 2027" where that could be of another year. */
export function shortDay(time: number): string {
  const same = Math.abs(time - Date.now() / 1000) < 330 * DAY;
  return format(time, { year: same ? undefined : "numeric", month: "short", day: "numeric" });
}

/** "20 November 2026", for a calendar day, independent of the time zone. */
export function date(day: string): string {
  return format(Date.parse(`${day}T00:00:00Z`) / 1000, { dateStyle: "long", timeZone: "UTC" });
}

/** "20 Nov 2026, 14:32". */
export function moment(time: number): string {
  return format(time, { dateStyle: "medium", timeStyle: "short" });
}

/** "2 minutes ago", "in 3 days". */
export function relative(time: number, at: number): string {
  const seconds = time - at;
  const size = Math.abs(seconds);
  const names = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const say = (count: number, unit: Intl.RelativeTimeFormatUnit) => spaced(names.format(Math.round(count), unit));
  if (size < 45) return say(0, "second");
  if (size < 3600) return say(seconds / 60, "minute");
  if (size < DAY) return say(seconds / 3600, "hour");
  if (size < 60 * DAY) return say(seconds / DAY, "day");
  return say(seconds / (30 * DAY), "month");
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
