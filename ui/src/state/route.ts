// The screens one can be at. A plain value instead of a router: there are eight, and no addresses.
export type Route =
  | { at: "home" }
  | { at: "account"; id: string }
  | { at: "pages"; id: string }
  | { at: "add" }
  | { at: "next" }
  | { at: "clients" }
  | { at: "client"; id: string }
  | { at: "settings" };

/** A text that differs whenever another screen is shown, so that a screen starts anew with each. */
export function routeKey(route: Route): string {
  return "id" in route ? `${route.at}/${route.id}` : route.at;
}
