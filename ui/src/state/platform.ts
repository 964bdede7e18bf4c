// What a platform and its kinds of tokens are called, which of them stand on one tile, and how each is got. Not for what a
// flow has chosen.
import type { ConsoleStepView, ProviderView, StepTime } from "../shell/wire";
import { t } from "../text/words.svelte";

/** A person says yes in the browser; else the token is the app's own, or is brought along. */
export function consents(provider: ProviderView): boolean {
  return provider.grant === "authorization_code" || provider.grant === "oauth1";
}

/** What has neither a way home nor a form only takes tokens that are pasted in. */
export function offered(provider: ProviderView | undefined): provider is ProviderView {
  return !!provider && (provider.redirects.length > 0 || provider.questions.length > 0);
}

/** The kinds on one tile, the tile's own first. */
export function kindsOf(providers: ProviderView[], tile: string | undefined): ProviderView[] {
  const kinds = providers.filter((provider) => provider.tile === tile && offered(provider));
  return [...kinds.filter((kind) => kind.id === tile), ...kinds.filter((kind) => kind.id !== tile)];
}

/** The kinds that use the same keys. A file of the person's own sends them elsewhere and so stands apart. */
export function familyOf(providers: ProviderView[], one: ProviderView): ProviderView[] {
  return providers.filter((other) => other.client_family === one.client_family && other.custom === one.custom && offered(other));
}

/** The platform's own name: several kinds share it. */
export function platformName(providers: ProviderView[], provider: ProviderView): string {
  const tile = provider.kind && !provider.custom ? providers.find((other) => other.id === provider.tile) : undefined;
  return tile?.name ?? provider.name;
}

/** What a kind is called beside its platform; none where there is only one. */
export function kindName(provider: ProviderView): string | null {
  if (!provider.kind) return null;
  return provider.custom ? provider.name : provider.kind.name;
}

/** The platform and the kind, for a heading. */
export function fullName(providers: ProviderView[], provider: ProviderView): string {
  if (provider.custom) return provider.name;
  return [platformName(providers, provider), kindName(provider)].filter(Boolean).join(" · ");
}

/** The words on the button that wins a token for the first time, at the end of a form. */
export function winWord(provider: ProviderView): string {
  return t(provider.grant === "import" ? "keep-token" : "get-token");
}

/** The words on the button that wins a token anew. */
export function againWord(provider: ProviderView): string {
  if (consents(provider)) return t("log-in-again");
  return t(provider.grant === "import" ? "enter-again" : "fetch-again");
}

/** The steps of a platform's console that are to be done then, each with its number in the whole list. A custom file's link shows
 *  its host. */
export function stepsOf(provider: ProviderView, when: StepTime): { step: ConsoleStepView; at: number; host: string }[] {
  const host = (step: ConsoleStepView) => (provider.custom && step.link ? new URL(step.link).host : "");
  return provider.console.map((step, at) => ({ step, at, host: host(step) })).filter(({ step }) => step.when === when);
}
