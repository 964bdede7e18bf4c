// The screens of the window. A plain value replaces a router: there are eight, and they have no addresses.
export type Route =
  | { at: "home" }
  | { at: "account"; id: string }
  | { at: "pages"; id: string }
  | { at: "add" }
  | { at: "next" }
  | { at: "clients" }
  | { at: "client"; id: string }
  | { at: "settings" };

/** A key for each screen, so that Svelte creates a new one whenever it changes. */
export function routeKey(route: Route): string {
  return "id" in route ? `${route.at}/${route.id}` : route.at;
}
