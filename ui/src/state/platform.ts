// The names of a platform and its kinds of tokens, which kinds share a tile, and how each kind is obtained.
import type { Code, ConsoleStep, ProviderView, RedirectKind, StepTime } from "../shell/wire";
import { pick, t } from "../text/words.svelte";

/** The user approves on a page of the platform. Otherwise the token is the app's own, or is imported. */
export function consents(provider: ProviderView): boolean {
  return provider.grant === "authorization_code" || provider.grant === "device_code" || provider.grant === "oauth1";
}

/** A platform with neither a login nor a form only takes imported tokens. */
export function offered(provider: ProviderView | undefined): provider is ProviderView {
  return !!provider && (consents(provider) || provider.questions.length > 0);
}

/** The kinds that share a tile, its own first. */
export function kindsOf(providers: ProviderView[], tile: string | undefined): ProviderView[] {
  const kinds = providers.filter((provider) => provider.tile === tile && offered(provider));
  return [...kinds.filter((kind) => kind.id === tile), ...kinds.filter((kind) => kind.id !== tile)];
}

/** The kinds that use the same keys. A custom file may send them elsewhere, so it shares none. */
export function familyOf(providers: ProviderView[], one: ProviderView): ProviderView[] {
  return providers.filter((other) => other.client_family === one.client_family && other.custom === one.custom && offered(other));
}

/** The platform's name, which its kinds share. */
export function platformName(providers: ProviderView[], provider: ProviderView): string {
  const tile = provider.kind && !provider.custom ? providers.find((other) => other.id === provider.tile) : undefined;
  return pick((tile ?? provider).name);
}

/** The name of a kind beside its platform's; null if there is only one. */
export function kindName(provider: ProviderView): string | null {
  if (!provider.kind) return null;
  return pick(provider.custom ? provider.name : provider.kind.name);
}

/** The platform and the kind, for a heading: no line begins with the dot. */
export function fullName(providers: ProviderView[], provider: ProviderView): string {
  if (provider.custom) return pick(provider.name);
  return [platformName(providers, provider), kindName(provider)].filter(Boolean).join("\u00a0· ");
}

/** The form asks for an app's keys too, not only for a token. */
export function asksKeys(provider: ProviderView): boolean {
  return provider.questions.some(({ kind }) => kind === "client-id");
}

/** The person has to have an app on the platform: Keybearer registers none. */
export function needsApp({ needs_app, registers, practice }: ProviderView): boolean {
  return needs_app && !registers && !practice;
}

/** What the person does at the platform is done in a console for apps, and not in an account's settings. */
export function hasConsole(provider: ProviderView): boolean {
  return needsApp(provider) && !provider.keys_of_account && asksKeys(provider);
}

/** A heading for what is done there. `platform` is the platform's name. */
export function placeWord(provider: ProviderView, platform: string): string {
  return hasConsole(provider) ? t("at-console") : t("at-platform", { platform });
}

/** The label of the button that obtains a first token, at the end of a form. */
export function winWord(provider: ProviderView): string {
  if (provider.grant !== "import") return t("get-token");
  return t(asksKeys(provider) ? "keep-keys" : "keep-token");
}

/** The app that the platform asks about: as the platform names it, or "your app". */
export function appWord(name: string): string {
  return name ? t("named-app", { name }) : t("your-app");
}

/** Beside the button that begins a login: what comes next. */
export function nextWord(provider: ProviderView): string {
  if (provider.practice) return t("connect-practice");
  return t(provider.grant === "device_code" ? "connect-code" : "connect-next");
}

/** The label of the button that obtains a new token for an account. */
export function againWord(provider: ProviderView): string {
  if (consents(provider)) return t("log-in-again");
  return t(provider.grant === "import" ? "enter-again" : "fetch-again");
}

/** A step in the console, with its index in the whole list, and the host of a custom file's link. */
export interface Step {
  step: ConsoleStep;
  at: number;
  host: string;
}

/** The console steps for a time; those for other redirects are left out. */
export function stepsOf(provider: ProviderView, when: StepTime, redirect?: RedirectKind): Step[] {
  const host = (step: ConsoleStep) => (provider.custom && step.link ? new URL(step.link).host : "");
  const fits = ({ for_redirects }: ConsoleStep) => !redirect || for_redirects.length === 0 || for_redirects.includes(redirect);
  return provider.console.map((step, at) => ({ step, at, host: host(step) })).filter(({ step }) => step.when === when && fits(step));
}

/** The steps that put a refusal right. The step that registers the redirect address is one for refusals of that address. */
export function cureOf(provider: ProviderView, code: Code, redirect?: RedirectKind): Step[] {
  const address = code === "redirect-not-registered" || code === "redirect-mismatch";
  return stepsOf(provider, "before", redirect).filter(({ step }) => step.solves.includes(code) || (address && step.redirect));
}
