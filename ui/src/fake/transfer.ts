// Moving accounts between computers in the stand-in: no file is written, and an import has one account of each outcome.
import type { Api } from "../shell/api";
import { account as blank, codeOf, error, wait } from "./common";
import type { AppView, ImportedView } from "../shell/wire";

type Moving = Pick<Api, "resume" | "exportAccounts" | "importAccounts">;

export function fakeMoving(view: AppView, query: URLSearchParams, changed: () => void): Moving {
  return {
    async resume(id) {
      await wait(300);
      const found = view.accounts.find((account) => account.id === id);
      if (!found) throw error("account-unknown");
      if (query.get("fail") === "disk") throw error("disk", { path: "/home/mei/.local/share/keybearer/book.json" });
      found.paused = false;
      delete found.on_hold;
      changed();
    },
    async exportAccounts(picked, _passphrase, moves) {
      await wait(900);
      if (query.get("fail") === "disk") throw error("disk", { path: "/home/mei/Downloads" });
      const all = view.accounts.filter(({ id }) => picked.includes(id));
      const left = all
        .filter(({ unstored }) => unstored)
        .map(({ name, provider }): ImportedView => ({
          account: null,
          provider,
          name,
          paused: false,
          outcome: "left",
          error: error("secret-missing"),
        }));
      if (moves)
        for (const account of all)
          Object.assign(account, {
            paused: true,
            renews_from: null,
            renews_next: null,
            breaks: null,
            needs_login: false,
            renews_on_demand: false,
          });
      changed();
      return { path: "/home/mei/Downloads/keybearer-20261122.keybearer", accounts: all.length - left.length, left };
    },
    async importAccounts(_file, passphrase) {
      await wait(900);
      if (passphrase === "wrong") throw error("passphrase-wrong");
      const fail = codeOf(query);
      if (fail?.startsWith("file-")) throw error(fail);
      const said = (name: string, provider: string, outcome: ImportedView["outcome"], part: Partial<ImportedView> = {}): ImportedView => ({
        account: null,
        provider,
        name,
        paused: true,
        outcome,
        error: null,
        ...part,
      });
      const one = blank({ id: "b1", name: "@traveller@fedi.example", provider: "gotosocial", client: "c1", paused: true });
      if (!view.accounts.some(({ id }) => id === one.id)) view.accounts = [...view.accounts, one];
      changed();
      return [
        said(one.name, one.provider, "added", { account: "b1" }),
        said("@memochou", "threads", "renewed", { account: "t1", paused: false }),
        said("@mei@fedi.example", "gotosocial", "kept", { account: "a1", paused: false }),
        said("@mine", "my-server", "left", { error: error("provider-unknown", { id: "my-server" }) }),
      ];
    },
  };
}
