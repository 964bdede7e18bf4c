// An app at a platform may have several pairs of keys. The keeper calls each pair a client; here they are one app.
import { consents, familyOf, needsApp } from "./platform";
import type { AppView, ClientView, ProviderView } from "../shell/wire";

/** All clients of one app, in the order of the tile's kinds. */
export function appOf(view: AppView, client: ClientView): ClientView[] {
  const place = (one: ClientView) => view.providers.findIndex((provider) => provider.id === one.provider);
  const all = view.clients.filter((one) => one.id === client.id || client.siblings.includes(one.id));
  return all.sort((a, b) => place(a) - place(b));
}

/** Every app, as its clients. */
export function appsOf(view: AppView): ClientView[][] {
  const seen = new Set<string>();
  return view.clients.flatMap((client) => {
    if (seen.has(client.id)) return [];
    const app = appOf(view, client);
    for (const one of app) seen.add(one.id);
    return [app];
  });
}

/** Clients that can be used again. Practice always registers a new one: its server only lives while it is used. */
export function keysFor(view: AppView, provider: ProviderView): ClientView[] {
  const family = provider.practice ? [] : familyOf(view.providers, provider).map((one) => one.id);
  return view.clients.filter((client) => family.includes(client.provider));
}

/** The proposed name of a new client: ours if the person needs none; the app's if it adds keys to the one known app; else none, and
 * the keeper names it after its first characters. */
export function proposedName(view: AppView, provider: ProviderView): string {
  if (consents(provider) && !needsApp(provider)) return "Keybearer";
  const of = (client: ClientView) => view.providers.find((one) => one.id === client.provider);
  const known = view.clients.filter((client) => !client.registered && of(client)?.tile === provider.tile);
  const names = new Set(known.map((client) => client.name));
  const [first] = names;
  const other = known.every((client) => of(client)?.client_family !== provider.client_family);
  return first && names.size === 1 && other ? first : "";
}
