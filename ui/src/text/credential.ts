// The words for an account's token, which some platforms call a password.
import type { ProviderView } from "../shell/wire";
import { t, type Args } from "./words.svelte";

/** A message about a token: its attribute `password`, if the platform gives passwords (WordPress). */
export function say(id: string, provider: ProviderView | undefined, args?: Args): string {
  return t(provider?.gives_password ? `${id}.password` : id, args);
}
