// Sample platforms for the stand-in: those of the open web, one with a console, and Practice. No real server or secret.
import type { ConsoleStepView, RedirectKind, RedirectView, ProviderView, ScopeView, Text } from "../shell/wire";

export const text = (en: string, hans: string, hant: string): Text => ({ en, "zh-Hans": hans, "zh-Hant": hant });

export const scope = (id: string, meaning: Text, options: Partial<ScopeView> = {}): ScopeView => ({ id, meaning, default: false, locked: false, granted_only: false, unproven: false, ...options });

const scopes: ScopeView[] = [
  scope("profile", text("See your name and picture", "查看你的名称和头像", "查看你的名稱和大頭貼"), { default: true, locked: true }),
  scope("read", text("Read everything you can read", "读取你能看到的一切", "讀取你看得到的一切"), { default: true }),
  scope("write", text("Post, edit and delete in your name", "以你的名义发布、编辑和删除", "以你的名義發表、編輯與刪除"), { default: true }),
  scope("follow", text("Follow, mute and block for you", "替你关注、隐藏和屏蔽", "替你追蹤、靜音與封鎖")),
  scope("push", text("Receive notifications for you", "替你接收通知", "替你接收通知")),
];

const lists = [
  { id: "exclude_replies", meaning: text("leave out replies", "不含回复", "不含回覆") },
  { id: "exclude_reblogs", meaning: text("leave out boosts", "不含转嘟", "不含轉嘟") },
  { id: "only_media", meaning: text("only with pictures or video", "只要带图片或视频的", "只要附圖片或影片的") },
  { id: "pinned", meaning: text("only pinned ones", "只要置顶的", "只要置頂的") },
  { id: "private_mentions", meaning: text("include private mentions", "包含私下提及", "包含私訊") },
];

const server = {
  id: "server",
  label: text("Your server", "你的服务器", "你的伺服器"),
  help: text("Its name, its address, or your whole handle.", "可填服务器名、网址，或你的完整账号。", "可填伺服器名稱、網址，或你的完整帳號。"),
  placeholder: "@me@social.example",
  kind: "server" as const,
  pattern: null,
  wrong: [{ pattern: "^[^@]+@[^@]+$", text: text("This looks like an e-mail address.", "这看起来是电子邮箱地址。", "這看起來是電子郵件地址。") }],
  options: [],
};

export const redirect = (kind: RedirectKind, redirect_uri: string | null, unproven = false): RedirectView => ({ kind, redirect_uri, unproven, note: null, client_types: [], rules: [] });

/** A step as most are: before the login, and confirmed. */
export const step = (words: Text, link: string | null = null, copy: string[] = [], more: Partial<ConsoleStepView> = {}): ConsoleStepView => ({ text: words, link, copy, when: "before", unproven: false, ...more });

export const provider = ({ warnings = [], ...part }: Partial<Omit<ProviderView, "warnings">> & { warnings?: Text[] } & Pick<ProviderView, "id" | "name" | "mark" | "summary">): ProviderView => ({
  warnings: warnings.map((words) => ({ ...words, unproven: false })), checked: null, facts_old: false, sources: [], docs: null, tile: part.id, kind: null, grant: "authorization_code", client_family: part.id, custom: false, hosts: [], practice: false, registers: true, questions: [server], console: [], scopes,
  redirects: [
    redirect("loopback", null), redirect("private-use-scheme", "io.github.keybearer://callback/"), redirect("paste", "http://127.0.0.1:8765/callback"), redirect("out-of-band", "urn:ietf:wg:oauth:2.0:oob"),
  ],
  can_deny: true, can_force_login: true, can_verify: true, identity_costs: false, one_login: false, can_revoke: true, reuses_token: false,
  exchanges: false, has_sub_accounts: false, has_app_token: false, can_inspect: false, has_device_codes: false, lists: null, adopts: false, stuck: [], version: null, sunset: null, ...part,
});

export const fediverse: ProviderView[] = [
  provider({
    id: "gotosocial", name: "GoToSocial", mark: { letters: "G", color: "#d65d0e", icon: null }, can_deny: false, lists,
    summary: text("Any server by its name. No console, no secret to copy.", "填服务器名即可，不必去开发者后台，也没有密钥要抄。", "填伺服器名稱即可，不必去開發者後台，也沒有金鑰要抄。"),
  }),
  provider({
    id: "mastodon", name: "Mastodon", mark: { letters: "M", color: "#6364ff", icon: "mastodon" }, reuses_token: true, lists,
    summary: text("Mastodon and servers that speak like it.", "Mastodon 以及与它兼容的服务器。", "Mastodon 以及與它相容的伺服器。"),
  }),
  provider({
    id: "studio", name: "Studio", mark: { letters: "S", color: "#c13584", icon: null }, registers: false, custom: true, hosts: ["api.studio.example"],
    summary: text("A platform with a developer console.", "一个带开发者后台的平台。", "一個有開發者後台的平台。"),
    warnings: [text("Each call to this platform costs money.", "这个平台的每次调用都要收费。", "這個平台的每次呼叫都要收費。")],
    redirects: [redirect("loopback", "http://127.0.0.1:8765/callback"), redirect("paste", "http://127.0.0.1:8765/callback")],
    console: [
      step(text("Create an app.", "创建一个应用。", "建立一個應用程式。"), "https://console.studio.example/apps"),
      step(text("Enter this redirect address.", "填入这个回调地址。", "填入這個重新導向網址。"), null, ["{redirect_uri}"]),
    ],
    questions: [
      { id: "client_id", label: text("App id", "应用 ID", "應用程式 ID"), help: text("Fifteen digits.", "十五位数字。", "十五位數字。"), placeholder: "123456789012345", kind: "client-id", pattern: "[0-9]{15}", wrong: [], options: [] },
      { id: "client_secret", label: text("App secret", "应用密钥", "應用程式金鑰"), help: null, placeholder: "", kind: "client-secret", pattern: null, wrong: [], options: [] },
    ],
  }),
  provider({
    id: "practice", name: "Practice", mark: { letters: "✓", color: "#565b63", icon: null }, practice: true, questions: [],
    summary: text("The whole flow without an account, on this computer.", "不用账号，在本机上把整个流程走一遍。", "不用帳號，在這台電腦上把整個流程走一遍。"),
  }),
];
