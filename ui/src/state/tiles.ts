// The tiles of the first stage: which there are, in which group, and which of them a search finds.
import { kindsOf, offered } from "./platform";
import type { AppView, ProviderView } from "../shell/wire";

export type Group = "yours" | "social" | "bots" | "developer" | "practice";
const ORDER: Group[] = ["yours", "social", "bots", "developer", "practice"];

export interface Tiles {
  group: Group;
  providers: ProviderView[];
}

/** Several kinds of one platform share a tile; a platform that only takes imported tokens has none. */
export function tilesOf(providers: ProviderView[]): ProviderView[] {
  return providers.filter((one) => offered(one) && kindsOf(providers, one.tile)[0] === one);
}

/** The tiles that a search finds, in their groups. Platforms with an account or an app of the person's come first. */
export function groupsOf(view: AppView, wanted = ""): Tiles[] {
  const tile = (id: string) => view.providers.find((one) => one.id === id)?.tile;
  const used = new Set([...view.accounts, ...view.clients].map((one) => tile(one.provider)));
  const groupOf = (one: ProviderView): Group => {
    if (one.practice) return "practice";
    // A file of the person's own may have no group.
    return used.has(one.tile) ? "yours" : (one.tile_info?.group ?? "developer");
  };
  const found = tilesOf(view.providers).filter((one) => finds(view.providers, one, wanted));
  return ORDER.map((group) => ({ group, providers: found.filter((one) => groupOf(one) === group) })).filter(
    ({ providers }) => providers.length > 0,
  );
}

/** What people call a tile: the names of the platform and its kinds in every language, and the nicknames. */
export function namesOf(providers: ProviderView[], tile: string | undefined): string[] {
  const kinds = kindsOf(providers, tile);
  return kinds.flatMap((one) => [
    ...Object.values(one.name),
    one.id,
    ...Object.values(one.kind?.name ?? {}),
    ...(one.tile_info?.aliases ?? []),
  ]);
}

/** Every part of the search is in one of a tile's names. */
function finds(providers: ProviderView[], tile: ProviderView, wanted: string): boolean {
  const names = namesOf(providers, tile.tile).map(fold);
  const parts = fold(wanted).split(/\s+/).filter(Boolean);
  return parts.every((part) => names.some((name) => name.includes(part)));
}

/** Without the differences that nobody means: case, and full or half width. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
