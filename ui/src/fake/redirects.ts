// Redirects in the stand-in: testing them, comparing an address, saving and checking a relay page, trusting the certificate.
import type { Api } from "../shell/api";
import { error, wait } from "./common";
import { withRelay } from "./platforms";
import type { AppView } from "../shell/wire";

const ADDRESS = {
  loopback: "http://127.0.0.1:8765/callback",
  "https-loopback": "https://127.0.0.1:47018/callback",
  "private-use-scheme": "io.github.keybearer://callback/test",
};

/** What breaks X's rules, by the rule's index. The keeper has these patterns from the provider file. */
const BROKEN_BY: Record<number, RegExp> = {
  2: /^https?:\/\/localhost([:/?]|$)/i,
  3: /^(vbscript|javascript|data|ftp|file|mailto|sip):/i,
  4: /^[a-z][a-z0-9+.-]*:(?:[^/]|$|\/[^/]|\/\/\/)/i,
};

type Redirects = Pick<
  Api,
  "testRedirect" | "checkRedirect" | "saveRelayPage" | "checkRelayPage" | "trustCertificate" | "distrustCertificate"
>;

export function fakeRedirects(view: AppView, query: URLSearchParams, changed: () => void): Redirects {
  const trust = async (trusted: boolean) => {
    await wait(500);
    if (query.get("fail") === "certificate-store") throw error("certificate-store", {}, "certutil: not found");
    view.certificate_trusted = trusted;
    changed();
  };

  return {
    async testRedirect(redirect) {
      await wait(600);
      const ok = query.get("fail") !== redirect;
      return { redirect, ok, error: ok ? null : error("redirect-unavailable", { redirect }), address: ADDRESS[redirect] };
    },
    async checkRedirect(provider, expected, shown) {
      const text = shown.trim();
      const rules = view.providers.find((one) => one.id === provider)?.redirects[0]?.rules ?? [];
      const broken = rules.filter((_, at) => BROKEN_BY[at]?.test(text)).map((rule) => ({ ...rule, broken: true }));
      if (text === expected) return { error: null, broken };
      const [a, b] = [expected, text].map((one) => (URL.canParse(one) ? new URL(one) : null));
      const part = (["protocol", "hostname", "port", "pathname"] as const).find((part) => a?.[part] !== b?.[part]);
      const slash = text.replace(/\/+$/, "") === expected.replace(/\/+$/, "");
      const names = { protocol: "scheme", hostname: "host", port: "port", pathname: "path" };
      return {
        error: error("redirect-differs", { difference: slash ? "slash" : a && b && part ? names[part] : "text", expected, shown: text }),
        broken,
      };
    },
    async saveRelayPage() {
      await wait(200);
      return "/home/mei/Downloads/index.html";
    },
    async checkRelayPage(url) {
      await wait(600);
      const text = url.trim();
      if (!text.startsWith("https://")) throw error("relay-not-https", { typed: text });
      if (text.includes("other")) throw error("relay-differs", { url: text });
      if (text.includes("nowhere")) throw error("server-not-found", { host: new URL(text).hostname });
      view.settings = { ...view.settings, relay: text };
      view.providers = view.providers.map((provider) => withRelay(provider, text));
      changed();
    },
    trustCertificate: () => trust(true),
    distrustCertificate: () => trust(false),
  };
}
