// A person's own app at a platform may have several pairs of keys, each a client: here they are one app. Not for accounts.
import type { AppView, ClientView, ProviderView } from "./wire";

/** What a new client is called where nobody has named it. */
const NAME = "Keybearer";

/** The client and the other keys of the same app, in the order of the tile's kinds. */
export function appOf(view: AppView, client: ClientView): ClientView[] {
  const place = (one: ClientView) => view.providers.findIndex((provider) => provider.id === one.provider);
  const all = view.clients.filter((one) => one.id === client.id || client.siblings.includes(one.id));
  return all.sort((a, b) => place(a) - place(b));
}

/** Every app once. */
export function appsOf(view: AppView): ClientView[][] {
  const seen = new Set<string>();
  return view.clients.flatMap((client) => {
    if (seen.has(client.id)) return [];
    const app = appOf(view, client);
    for (const one of app) seen.add(one.id);
    return [app];
  });
}

/** The name to propose for a new client: the app's, where other keys of the one known app are typed in; else one that is free. */
export function proposedName(view: AppView, provider: ProviderView): string {
  if (provider.registers || provider.practice) return NAME;
  const of = (client: ClientView) => view.providers.find((one) => one.id === client.provider);
  const known = view.clients.filter((client) => !client.registered && of(client)?.tile === provider.tile);
  const names = new Set(known.map((client) => client.name));
  const [first] = names;
  if (first && names.size === 1 && !known.some((client) => of(client)?.client_family === provider.client_family)) return first;
  let name = NAME;
  for (let count = 2; names.has(name); count++) name = `${NAME} ${count}`;
  return name;
}
