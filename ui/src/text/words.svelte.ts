// Every word on the screen comes from here, and from the Fluent files that Rust reads too. Dates: dates.ts.
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import type { Text } from "../shell/wire";

export type Language = keyof Text;
export type System = "linux" | "macos" | "windows";
export type Args = Record<string, FluentVariable>;

const files = import.meta.glob<string>("../../../locales/*.ftl", { query: "?raw", import: "default" });

const uses = import.meta.glob<string>("../../../locales/*.ftl", { query: "?use", import: "default" });

/** Settled once the messages about using a token are loaded too; null if nothing has asked for them. */
let more: Promise<void> | null = null;

/** Which system this is: each message may call things by that system's names. */
let system = $state<System>("linux");

let language = $state.raw<Language>("en");
let bundle = $state.raw<FluentBundle>(new FluentBundle("en"));

/** The language to use: the chosen one, or the first of the system's languages that has a file. */
export function choose(setting: string, system: readonly string[] = navigator.languages): Language {
  for (const tag of setting === "system" ? system : [setting]) {
    const lower = tag.toLowerCase();
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/.test(lower)) return "zh-Hant";
    if (/^zh\b/.test(lower)) return "zh-Hans";
    if (/^en\b/.test(lower)) return "en";
  }
  return "en";
}

/** Speaks of this system's keychain and keys from now on. */
export function speakOn(wanted: System): void {
  system = wanted;
}

/** Loads a language's file and switches to it. */
export async function speak(wanted: Language): Promise<void> {
  const load = files[`../../../locales/${wanted}.ftl`];
  if (!load) throw new Error(`no locale ${wanted}`);
  const next = new FluentBundle(wanted, { useIsolating: wanted !== "en" });
  next.addResource(new FluentResource(await load()));
  if (more) next.addResource(new FluentResource(await ofUse(wanted)));
  language = wanted;
  bundle = next;
  document.documentElement.lang = wanted;
}

/** Loads the messages about using a token, for this language and for those chosen later. */
export function speakOfUse(): Promise<void> {
  const [speaking, into] = [language, bundle];
  more ??= ofUse(speaking).then((text) => void into.addResource(new FluentResource(text)));
  return more;
}

async function ofUse(wanted: Language): Promise<string> {
  return (await uses[`../../../locales/${wanted}.ftl`]?.()) ?? "";
}

/** The message `id`, or with a dot in it an attribute: `t("error-denied.means")`. An unknown id shows itself. */
export function t(id: string, args?: Args): string {
  const [name = id, attribute] = id.split(".");
  const message = bundle.getMessage(name);
  const pattern = attribute ? message?.attributes[attribute] : message?.value;
  return pattern ? plain(bundle.formatPattern(pattern, { system, ...args }, [])) : id;
}

/** Without the marks that Fluent sets around what is inserted (in Chinese only), because people copy these texts. Chinese has a space
 * around what is inserted if that is Latin or a number, and none between two Chinese words. */
function plain(text: string): string {
  if (language === "en") return text;
  const spaced = /(?<=\p{sc=Han}) (?=\u2068\p{sc=Han})|(?<=\p{sc=Han}\u2069) (?=\p{sc=Han})/gu;
  return text.replace(spaced, "").replace(/[\u2068\u2069]/g, "");
}

/** Whether there is such a message, or with a dot in it such an attribute. */
export function has(id: string): boolean {
  const [name = id, attribute] = id.split(".");
  return attribute ? bundle.getMessage(name)?.attributes[attribute] !== undefined : bundle.hasMessage(name);
}

/** A provider's own text in the current language. */
export function pick(text: Text): string {
  return text[language] || text.en;
}

/** The same with a capital letter, for the beginning of a line. */
export function label(text: Text): string {
  const picked = pick(text);
  return picked.charAt(0).toUpperCase() + picked.slice(1);
}

/** Sentences one after another. Chinese has no space between them. */
export function join(...sentences: string[]): string {
  return sentences.filter(Boolean).join(gap());
}

/** What separates two sentences. */
export function gap(): string {
  return language === "en" ? " " : "";
}

/** The current language, for Intl. */
export function spoken(): Language {
  return language;
}
