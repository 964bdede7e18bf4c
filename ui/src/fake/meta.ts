// Sample platforms with a console for the stand-in: tokens of sixty days, Pages beneath a person, and tokens of no known kind.
import { redirect, provider, scope, step, text } from "./platforms";
import type { RedirectView, ProviderView, QuestionView, StuckView, Text } from "../shell/wire";

const DAY = 86_400_000;
const CONSOLE = "https://developers.facebook.com/apps/";
const date = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** With the address of the person's relay page, or none yet. */
export function relayed(one: ProviderView, relay: string): ProviderView {
  return { ...one, redirects: one.redirects.map((redirect) => (redirect.kind === "relay" ? { ...redirect, redirect_uri: relay || null } : redirect)) };
}

const https = (id: string): RedirectView[] => {
  const uri = `https://127.0.0.1:47018/callback/${id}/`;
  return [redirect("https-loopback", uri, true), redirect("relay", null), redirect("paste", uri)];
};
const http = (id: string): RedirectView[] => {
  const uri = `http://localhost:47019/callback/${id}`;
  return [redirect("loopback", uri, true), redirect("paste", uri)];
};

const ids = (product: string, id: Text, secret: Text): QuestionView[] => [
  {
    id: "client_id", label: id, kind: "client-id", pattern: "[0-9]{10,20}", placeholder: "1234567890123456",
    help: product ? text(`The ${product} app id, not the Facebook one.`, `是 ${product} 应用编号，不是 Facebook 的。`, `是 ${product} 應用程式編號，不是 Facebook 的。`) : null,
    wrong: [
      { pattern: "^TH\\|", text: text("That is an app token, not an app id.", "这是应用令牌，不是应用编号。", "這是應用程式權杖，不是應用程式編號。") },
      { pattern: "[^0-9]", text: text("The id is digits only.", "编号只有数字。", "編號只有數字。") },
    ],
    options: [],
  },
  { id: "client_secret", label: secret, help: null, placeholder: "", kind: "client-secret", pattern: "[0-9a-f]{32}", wrong: [], options: [] },
];

const stuck = (code: string, ...shows: string[]): StuckView[] => shows.map((shows) => ({ shows, code, action: null }));

/** When the facts of these were read, and from where. */
const read = {
  checked: "2026-11-28",
  sources: [
    { title: "App modes", url: "https://developers.facebook.com/documentation/development/build-and-test/app-modes", read: "2026-11-28" },
    { title: "Graph API error handling", url: "https://developers.facebook.com/docs/graph-api/guides/error-handling", read: "2026-11-01" },
  ],
};

const threads = provider({
  ...read, id: "threads", name: "Threads", mark: { letters: "@", color: "#101010", icon: "threads" }, registers: false, exchanges: true, has_app_token: true, can_inspect: true, adopts: true,
  can_revoke: false, can_force_login: false, can_deny: false, redirects: https("threads"), docs: "https://developers.facebook.com/docs/threads",
  summary: text("Your own app at Meta; a token for 60 days that renews itself.", "用你自己在 Meta 的应用；令牌六十天有效，能自己续期。", "用你自己在 Meta 的應用程式；權杖六十天有效，能自己續期。"),
  questions: ids("Threads", text("Threads app id", "Threads 应用编号", "Threads 應用程式編號"), text("Threads app secret", "Threads 应用密钥", "Threads 應用程式密鑰")),
  console: [
    step(text("Create an app with the use case “Access the Threads API”.", "新建应用，用例选“访问 Threads API”。", "新建應用程式，使用案例選「存取 Threads API」。"), "https://developers.facebook.com/apps/creation/"),
    step(text("Use cases → Customize → Settings: enter this address in all three fields.", "用例 → 自定义 → 设置：把这个地址填进三个栏位。", "使用案例 → 自訂 → 設定：把這個網址填進三個欄位。"), CONSOLE, ["{redirect_uri}"]),
    step(text("App roles → Roles: add yourself as a Threads tester.", "应用角色 → 角色：把自己加为 Threads 测试员。", "應用程式角色 → 角色：把自己加為 Threads 測試人員。"), CONSOLE),
    step(text("In Threads: accept the invitation.", "到 Threads 里接受邀请。", "到 Threads 裡接受邀請。"), "https://www.threads.com/settings/website_permissions"),
  ],
  scopes: [
    scope("threads_basic", text("Read your profile and posts", "读取你的资料和帖子", "讀取你的個人檔案和貼文"), { default: true, locked: true }),
    scope("threads_content_publish", text("Publish posts", "发布帖子", "發布貼文"), { default: true }),
    scope("threads_manage_replies", text("Reply, hide and control replies", "回复、隐藏和管理回复", "回覆、隱藏和管理回覆")),
    scope("threads_manage_insights", text("Read metrics", "读取数据", "讀取數據")),
  ],
  stuck: [...stuck("wrong-app-id", "1349026", "4476002", "No application data was given"), ...stuck("redirect-not-registered", "URL Blocked"), ...stuck("not-a-tester", "has not accepted the invite to test the app")],
});

const instagram = provider({
  id: "instagram", name: "Instagram", mark: { letters: "ig", color: "#c13584", icon: "instagram" }, registers: false, exchanges: true, adopts: true,
  can_revoke: false, redirects: https("instagram"), version: "v25.0", sunset: date(70),
  summary: text("Business and creator accounts; a token for 60 days that renews itself.", "限商业和创作者账号；令牌六十天有效，能自己续期。", "限商業和創作者帳號；權杖六十天有效，能自己續期。"),
  warnings: [text("Personal accounts have no API any more: the account must be a professional one.", "个人账号已经没有接口：必须是专业账号。", "個人帳號已經沒有介面：必須是專業帳號。")],
  questions: ids("Instagram", text("Instagram app id", "Instagram 应用编号", "Instagram 應用程式編號"), text("Instagram app secret", "Instagram 应用密钥", "Instagram 應用程式密鑰")),
  console: [step(text("Under “Business login settings”, enter this address.", "在 Business login settings 里填这个地址。", "在 Business login settings 裡填這個網址。"), CONSOLE, ["{redirect_uri}"])],
  scopes: [
    scope("instagram_business_basic", text("Read profile and media", "读取资料和媒体", "讀取個人檔案和媒體"), { default: true, locked: true }),
    scope("instagram_business_content_publish", text("Publish", "发布", "發布"), { default: true }),
  ],
  stuck: [...stuck("wrong-app-id", "Invalid platform app"), ...stuck("not-a-tester", "Insufficient developer role")],
});

const graph = {
  ...read, registers: false, exchanges: true, has_sub_accounts: true, has_app_token: true, can_inspect: true, has_device_codes: true, version: "v26.0", sunset: date(600),
  questions: ids("", text("App id", "应用编号", "應用程式編號"), text("App secret", "应用密钥", "應用程式密鑰")),
  console: [
    step(text("Create an app and keep it in Development mode until you have your token.", "新建应用；拿到令牌之前保持“开发”模式。", "新建應用程式；拿到權杖之前保持「開發」模式。"), CONSOLE),
    step(text("Only if the address does not begin with http://localhost: enter it among the Valid OAuth Redirect URIs.", "只有当地址不是以 http://localhost 开头时，才填进“有效 OAuth 重定向 URI”。", "只有當網址不是以 http://localhost 開頭時，才填進「有效的 OAuth 重新導向 URI」。"), CONSOLE, ["{redirect_uri}"], { unproven: true }),
    step(text("Go Live, or only people with a role on the app see what it publishes. Enter a privacy policy address, then switch the app mode.", "切换到“上线”模式，否则它发布的内容只有在应用里有身份的人看得到。填写隐私政策网址，再切换应用模式。", "切換到「上線」模式，否則它發布的內容只有在應用程式裡有角色的人看得到。填寫隱私政策網址，再切換應用程式模式。"), CONSOLE, [], { when: "after" }),
    step(text("If the app is Live and the address begins with http://localhost: switch the app back to Development mode before you log in again.", "如果应用已经上线，而地址以 http://localhost 开头：重新登录前先切回“开发”模式。", "如果應用程式已經上線，而網址以 http://localhost 開頭：重新登入前先切回「開發」模式。"), CONSOLE, [], { when: "again", unproven: true }),
    step(text("Meta's own server for AI assistants (MCP) can create apps, too.", "Meta 给 AI 助手用的官方服务器（MCP）也可以新建应用。", "Meta 給 AI 助理用的官方伺服器（MCP）也可以建立應用程式。"), "https://developers.facebook.com/documentation/mcp/devtools-mcp", [], { when: "instead" }),
  ],
  stuck: [...stuck("redirect-not-registered", "URL Blocked", "Can't load URL"), ...stuck("not-a-tester", "App not active")],
};

const byPage = provider({
  ...graph, id: "instagram-facebook", name: "Instagram by Facebook", tile: "instagram", mark: { letters: "f", color: "#1877f2", icon: "facebook" }, redirects: http("instagram-facebook"),
  summary: text("Instagram accounts that hang on a Facebook Page.", "挂在 Facebook 主页下的 Instagram 账号。", "掛在 Facebook 粉絲專頁下的 Instagram 帳號。"),
  scopes: [scope("instagram_basic", text("Read profile and media", "读取资料和媒体", "讀取個人檔案和媒體"), { default: true, locked: true })],
});

const facebook = provider({
  ...graph, id: "facebook", name: "Facebook", mark: { letters: "f", color: "#1877f2", icon: "facebook" }, adopts: true, redirects: http("facebook"),
  summary: text("You and the Pages you manage; one login, many tokens.", "你和你管理的主页；登录一次，拿到多个令牌。", "你和你管理的粉絲專頁；登入一次，拿到多個權杖。"),
  scopes: [
    scope("public_profile", text("Who you are", "你是谁", "你是誰"), { default: true, locked: true }),
    scope("pages_show_list", text("List the Pages you manage", "列出你管理的主页", "列出你管理的粉絲專頁"), { default: true }),
    scope("pages_manage_posts", text("Publish on your Pages", "在你的主页发布", "在你的粉絲專頁發布"), { default: true }),
  ],
});

export const meta: ProviderView[] = [threads, instagram, byPage, facebook];

/** For adopting only: a token that nobody can be asked about. */
export const other = provider({
  id: "other", name: "Other", mark: { letters: "?", color: "#565b63", icon: null }, registers: false, adopts: true, grant: "import", redirects: [], questions: [], scopes: [], can_revoke: false, can_verify: false,
  summary: text("A token of another kind.", "其他种类的令牌。", "其他種類的權杖。"),
});
