// The order of the list of accounts: sub-accounts (Pages) follow the account they belong to.
import type { AccountView } from "../shell/wire";

export interface Row {
  account: AccountView;
  /** It belongs to an account further up. */
  nested: boolean;
}

/** Keeps the given order otherwise. A sub-account whose account is not in the list is not nested. */
export function rowsOf(accounts: AccountView[]): Row[] {
  const ids = new Set(accounts.map((account) => account.id));
  const top = accounts.filter((account) => account.parent === null || !ids.has(account.parent));
  return top.flatMap((account) => [
    { account, nested: false },
    ...accounts.filter((other) => other.parent === account.id).map((other) => ({ account: other, nested: true })),
  ]);
}
