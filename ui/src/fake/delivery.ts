// Deliveries in the stand-in: one in each state. Native dialogs are always confirmed, or cancelled with `fail=cancelled`.
import type { Api } from "../shell/api";
import { codeOf, error, seconds, wait } from "./common";
import type { AppView, DeliveryView, Target } from "../shell/wire";

type Deliver = Pick<Api, "addDelivery" | "confirmDelivery" | "removeDelivery" | "deliver">;

const env = (path: string, leads_to: string | null = null): Target => ({
  kind: "env-file",
  place: { path, leads_to },
  key: "THREADS_ACCESS_TOKEN",
});

export function deliveries(now: number): DeliveryView[] {
  const one = (id: string, target: Target, part: Partial<DeliveryView>): DeliveryView => ({
    id,
    account: "t1",
    target,
    confirmed: true,
    done: null,
    current: false,
    later: null,
    ...part,
  });
  return [
    one("d1", env("/home/mei/bots/threads/.env", "/srv/threads/env"), {
      done: { time: now - 7200, proof: { kind: "read-back" } },
      current: true,
    }),
    one(
      "d2",
      { kind: "github", api: "https://api.github.com", repository: "memochou/threads-bot", name: "THREADS_TOKEN" },
      {
        done: { time: now - 50 * 86_400, proof: { kind: "updated", at: "2026-10-03T08:00:00Z", environments: ["production"] } },
        later: { until: now + 580, why: error("delivery-denied", { host: "api.github.com", status: "401" }, "Bad credentials") },
      },
    ),
    one(
      "d3",
      { kind: "program", words: ["/usr/bin/ssh", "bot@bots.example", "systemd-creds encrypt - /etc/bot/token"] },
      { confirmed: false },
    ),
  ];
}

export function fakeDeliver(view: AppView, query: URLSearchParams, changed: () => void): Deliver {
  const find = (id: string): DeliveryView => {
    const found = view.deliveries.find((delivery) => delivery.id === id);
    if (!found) throw error("delivery-unknown");
    return found;
  };
  const arrive = (one: DeliveryView) => {
    const updated = { kind: "updated", at: "2026-11-22T08:00:00Z" } as const;
    const proofs = {
      "env-file": { kind: "read-back" },
      file: { kind: "read-back" },
      program: { kind: "exited" },
      github: updated,
      "github-environment": updated,
      "github-organization": updated,
      cloudflare: { kind: "listed" },
      openbao: { kind: "version", number: 7 },
    } as const;
    Object.assign(one, { done: { time: seconds(), proof: proofs[one.target.kind] }, current: true, later: null });
    changed();
  };
  return {
    async addDelivery(account, target) {
      await wait(300);
      const fail = codeOf(query);
      if (fail)
        throw error(fail, {
          field: "repository",
          line: "7",
          why: query.get("why") ?? "comment",
          by: "SOPS",
          kind: "yaml",
          place: "mei/bot",
          now: "mei/robot",
        });
      const place =
        "place" in target
          ? { place: { path: "/home/mei/bots/.env", leads_to: null } }
          : "words" in target
            ? { words: ["/home/mei/bots/renew", ...target.words.slice(1)] }
            : {};
      const one: DeliveryView = {
        id: `d${view.deliveries.length + 1}`,
        account,
        target: { ...target, ...place } as Target,
        confirmed: true,
        done: null,
        current: false,
        later: null,
      };
      view.deliveries = [...view.deliveries, one];
      setTimeout(() => arrive(one), 400);
      changed();
      return one.id;
    },
    async confirmDelivery(id) {
      await wait(300);
      find(id).confirmed = true;
      arrive(find(id));
    },
    async removeDelivery(id) {
      await wait(100);
      view.deliveries = view.deliveries.filter((one) => one !== find(id));
      changed();
    },
    async deliver(id) {
      await wait(600);
      if (find(id).later) throw find(id).later?.why;
      arrive(find(id));
    },
  };
}
