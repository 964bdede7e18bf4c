// The ledger in the stand-in: made-up programs that used some of the sample accounts' tokens.
import type { Api } from "../shell/api";
import { seconds } from "./common";
import type { AppView, UseView } from "../shell/wire";

const DAY = 86_400;

function use(account: string, ago: number, part: Partial<UseView>): UseView {
  return {
    time: seconds() - ago,
    account,
    purpose: "token",
    program: null,
    interpreter: null,
    parent: null,
    folder: null,
    refused: null,
    ...part,
  };
}

const bot = { program: "bot.py", interpreter: "python3", parent: "systemd", folder: "/home/memo/threads-bot" } as const;

export function fakeLedger(view: AppView): Pick<Api, "lastUses"> {
  const t1 = [
    use("t1", 180, bot),
    use("t1", 7380, { ...bot, purpose: "exec" }),
    use("t1", 9000, { purpose: "copy", program: "Keybearer" }),
    use("t1", DAY, { purpose: "delivery", program: "Keybearer" }),
    use("t1", DAY + 600, { program: "deploy.sh", interpreter: "bash", parent: "make", folder: "/home/memo/site", refused: "offline" }),
    use("t1", 3 * DAY, {
      purpose: "serve",
      program: "\\u{202e}tob",
      folder: "/home/memo/downloads/a-folder-with-quite-a-long-name/and-another",
    }),
    use("t1", 5 * DAY, { purpose: "transfer", program: "Keybearer" }),
    use("t1", 6 * DAY, {}),
  ];
  return {
    lastUses: async (id) => (view.accounts.some((account) => account.id === id) && id === "t1" ? t1 : []),
  };
}
