// The list of accounts: a group for each platform, what needs the person first, then the person's own order, then the names.
// Sub-accounts (Pages) follow the account that they belong to.
import { needsYou } from "./needs";
import { platformName } from "./platform";
import type { AccountView, AppView, MarkView, ProviderView } from "../shell/wire";

export interface Row {
  account: AccountView;
  /** It belongs to an account further up. */
  nested: boolean;
  needs: boolean;
}

/** The accounts of one platform. */
export interface Group {
  /** The id of the platform's tile. */
  tile: string;
  name: string;
  mark: MarkView | undefined;
  rows: Row[];
  /** How many of them need the person. */
  needs: number;
}

/** Which accounts the list shows. */
export type Filter = "all" | "needs" | "paused";

/** The tile of an account's platform: its own id where its file is gone. */
function tileOf(view: AppView, account: AccountView): string {
  const provider = view.providers.find(({ id }) => id === account.provider);
  return provider && !provider.custom ? provider.tile : account.provider;
}

/** Accounts in the person's own order; the view has them by name. */
function inOrder(view: AppView, accounts: AccountView[]): AccountView[] {
  const order = view.settings.order ?? [];
  const place = ({ id }: AccountView) => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...accounts].sort((a, b) => place(a) - place(b));
}

/** Groups of the accounts that `keep` wants. A sub-account whose account is not among them is not nested. */
export function groupsOf(view: AppView, keep: (account: AccountView) => boolean = () => true): Group[] {
  const groups = new Map<string, Group & { accounts: AccountView[] }>();
  for (const account of inOrder(view, view.accounts.filter(keep))) {
    const tile = tileOf(view, account);
    const provider = view.providers.find(({ id }) => id === tile);
    const group = groups.get(tile) ?? { tile, name: nameOf(view, provider, tile), mark: provider?.mark, rows: [], needs: 0, accounts: [] };
    group.accounts.push(account);
    groups.set(tile, group);
  }
  const all = [...groups.values()].map(({ accounts, ...group }) => {
    const rows = rowsOf(view, accounts);
    return { ...group, rows, needs: rows.filter(({ needs }) => needs).length };
  });
  return all.sort((a, b) => Number(b.needs > 0) - Number(a.needs > 0) || a.name.localeCompare(b.name));
}

function nameOf(view: AppView, provider: ProviderView | undefined, tile: string): string {
  return provider ? platformName(view.providers, provider) : tile;
}

function rowsOf(view: AppView, accounts: AccountView[]): Row[] {
  const ids = new Set(accounts.map(({ id }) => id));
  const row = (account: AccountView, nested: boolean): Row => ({ account, nested, needs: needsYou(account, view) });
  const family = (account: AccountView) => {
    const own = accounts.filter((other) => other.parent === account.id).map((other) => row(other, true));
    return [row(account, false), ...pressing(own, (one) => one.needs)];
  };
  const top = accounts.filter((account) => account.parent === null || !ids.has(account.parent)).map(family);
  return pressing(top, (rows) => rows.some(({ needs }) => needs)).flat();
}

/** Those that need the person first; otherwise as they are. */
function pressing<T>(all: T[], needs: (one: T) => boolean): T[] {
  return [...all.filter(needs), ...all.filter((one) => !needs(one))];
}

/** Every account as the list has them. */
export function listOf(view: AppView): AccountView[] {
  return groupsOf(view).flatMap(({ rows }) => rows.map(({ account }) => account));
}

/** The person's order after an account has changed places with its neighbour above (-1) or below (1); null at the end. */
export function moved(view: AppView, account: AccountView, by: -1 | 1): string[] | null {
  const beside = (other: AccountView) => other.parent === account.parent && tileOf(view, other) === tileOf(view, account);
  const ids = inOrder(view, view.accounts.filter(beside)).map(({ id }) => id);
  const at = ids.indexOf(account.id);
  const other = ids[at + by];
  if (other === undefined) return null;
  [ids[at], ids[at + by]] = [other, account.id];
  return [...(view.settings.order ?? []).filter((id) => !ids.includes(id)), ...ids];
}
