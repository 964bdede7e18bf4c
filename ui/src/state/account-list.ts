// The order of the list: accounts beneath another one (Pages) follow it. Not for how they are drawn.
import type { AccountView } from "../shell/wire";

export interface Kin {
  account: AccountView;
  /** It stands beneath the account above it. */
  beneath: boolean;
}

/** Keeps the given order otherwise. One whose parent is not among them stands on its own. */
export function family(accounts: AccountView[]): Kin[] {
  const ids = new Set(accounts.map((account) => account.id));
  const grown = (account: AccountView) => account.parent === null || !ids.has(account.parent);
  return accounts.filter(grown).flatMap((account) => [
    { account, beneath: false },
    ...accounts.filter((child) => child.parent === account.id).map((child) => ({ account: child, beneath: true })),
  ]);
}
