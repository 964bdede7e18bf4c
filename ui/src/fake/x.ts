// X in the stand-in: the four kinds of its one tile, with the texts of core/providers/x*.toml. No real key, account or secret.
import { redirect, provider, scope, text } from "./platforms";
import type { ConsoleStepView, RedirectKind, RedirectView, Kind, ProviderView, QuestionView, RuleView, Text } from "../shell/wire";

const LINK = "https://console.x.com";
const step = (words: Text, copy: string[] = [], link = LINK, when: ConsoleStepView["when"] = "before"): ConsoleStepView => ({ text: words, link, copy, when, unproven: false });
const wrong = (pattern: string, words: Text) => ({ pattern, text: words });
const kind = (name: string, purpose: Text, behalf: Text, lives: Text, needs: Text): Kind => ({ name, purpose, behalf, lives, needs });

/** Each with what breaks it; one without is for the person to keep. */
const RULES: { text: Text; brokenBy?: RegExp; doubtful?: boolean }[] = [
  { text: text("The address must stand in the console exactly as it is sent: scheme, port and last slash too.", "控制台里的地址必须和发送的一字不差，连协议、端口和最后的斜杠也一样。", "主控台裡的網址必須和送出的一字不差，連協定、連接埠和最後的斜線也一樣。") },
  { text: text("An app can have at most 10 callback addresses.", "一个应用最多有 10 个回调地址。", "一個應用程式最多有 10 個回呼網址。") },
  { text: text("X's documents want 127.0.0.1 instead of localhost; X's own tools use localhost all the same.", "X 的文档要求用 127.0.0.1，不用 localhost；X 自己的工具却照样用 localhost。", "X 的文件要求用 127.0.0.1，不用 localhost；X 自己的工具卻照樣用 localhost。"), brokenBy: /^https?:\/\/localhost([:/?]|$)/i, doubtful: true },
  { text: text("X does not allow these schemes: vbscript, javascript, vbs, data, mocha, keyword, livescript, ftp, file, gopher, acrobat, callto, daap, itpc, itms, firefoxurl, hcp, ldap, mailto, mmst, mmsu, msbd, rtsp, mso-offdap, snews, news, nntp, outlook, stssync, rlogin, telnet, tn3270, shell, sip.", "X 不允许这些协议：vbscript、javascript、vbs、data、mocha、keyword、livescript、ftp、file、gopher、acrobat、callto、daap、itpc、itms、firefoxurl、hcp、ldap、mailto、mmst、mmsu、msbd、rtsp、mso-offdap、snews、news、nntp、outlook、stssync、rlogin、telnet、tn3270、shell、sip。", "X 不允許這些協定：vbscript、javascript、vbs、data、mocha、keyword、livescript、ftp、file、gopher、acrobat、callto、daap、itpc、itms、firefoxurl、hcp、ldap、mailto、mmst、mmsu、msbd、rtsp、mso-offdap、snews、news、nntp、outlook、stssync、rlogin、telnet、tn3270、shell、sip。"), brokenBy: /^(vbscript|javascript|data|ftp|file|mailto|sip):/i },
  { text: text("A scheme of your own needs two slashes, a name and a path, such as myapp://callback/path; three slashes are rejected.", "自定义协议要有两个斜杠、域名和路径，例如 myapp://callback/path；三个斜杠会被拒绝。", "自訂協定要有兩個斜線、網域和路徑，例如 myapp://callback/path；三個斜線會被拒絕。"), brokenBy: /^[a-z][a-z0-9+.-]*:(?:[^/]|$|\/[^/]|\/\/\/)/i },
  { text: text("What an address should carry along belongs in state, not behind a question mark. X takes up to 500 characters of it; Keybearer sends 43.", "要随地址带回的数据应放在 state 里，不要加在问号后面。X 最多接受 500 个字符，Keybearer 只发送 43 个。", "要隨網址帶回的資料應放在 state 裡，不要加在問號後面。X 最多接受 500 個字元，Keybearer 只送出 43 個。") },
];

export function rules(address: string | null): RuleView[] {
  return RULES.map(({ text, brokenBy, doubtful = false }) => ({ text, broken: !!address && !!brokenBy?.test(address), doubtful }));
}

const OAUTH2: QuestionView[] = [{
  id: "client_type", kind: "client-type", label: text("Type of App", "Type of App（应用类型）", "Type of App（應用程式類型）"), placeholder: "", pattern: null,
  help: text("As you chose it in the console under User authentication settings.", "就是你在控制台 User authentication settings 里选的那一项。", "就是你在主控台 User authentication settings 裡選的那一項。"),
  wrong: [],
  options: [
    { id: "public", secret: false, meaning: text("Native App or Single Page App: a public client, without a secret", "Native App 或 Single Page App：公开客户端，没有密钥", "Native App 或 Single Page App：公開用戶端，沒有密鑰") },
    { id: "confidential", secret: true, meaning: text("Web App, Automated App or Bot: a confidential client, with a Client Secret", "Web App、Automated App 或 Bot：机密客户端，有 Client Secret", "Web App、Automated App 或 Bot：機密用戶端，有 Client Secret") },
  ],
}, {
  id: "client_id", kind: "client-id", label: text("OAuth 2.0 Client ID", "OAuth 2.0 Client ID", "OAuth 2.0 Client ID"), placeholder: "", pattern: "^[A-Za-z0-9_-]{26,44}$",
  help: text("In the console: your app → Keys and tokens → OAuth 2.0. Not the API Key, and not the number of the app.", "在控制台：你的应用 → Keys and tokens → OAuth 2.0。不是 API Key，也不是应用的数字编号。", "在主控台：你的應用程式 → Keys and tokens → OAuth 2.0。不是 API Key，也不是應用程式的數字編號。"),
  wrong: [
    wrong("^[0-9]{5,}$", text("That is the number of the app. The Client ID is long and has letters.", "这是应用的数字编号。Client ID 很长，里面有字母。", "這是應用程式的數字編號。Client ID 很長，裡面有字母。")),
    wrong("^[0-9]{5,}-", text("That looks like an Access Token. Copy the OAuth 2.0 Client ID.", "这像是 Access Token。要复制的是 OAuth 2.0 的 Client ID。", "這像是 Access Token。要複製的是 OAuth 2.0 的 Client ID。")),
    wrong("^A{8}", text("That looks like the Bearer Token. Copy the OAuth 2.0 Client ID.", "这像是 Bearer Token。要复制的是 OAuth 2.0 的 Client ID。", "這像是 Bearer Token。要複製的是 OAuth 2.0 的 Client ID。")),
  ],
  options: [],
}, {
  id: "client_secret", kind: "client-secret", label: text("Client Secret", "Client Secret", "Client Secret"), placeholder: "", pattern: "^[A-Za-z0-9_-]{40,80}$",
  help: text("Below the Client ID, shown once. Lost: press Regenerate there, which ends the old one.", "就在 Client ID 下面，只显示一次。丢了就在那里按 Regenerate，旧的随之失效。", "就在 Client ID 下面，只顯示一次。遺失了就在那裡按 Regenerate，舊的隨之失效。"),
  wrong: [
    wrong("^[0-9]{5,}-", text("That looks like an Access Token. Copy the OAuth 2.0 Client Secret.", "这像是 Access Token。要复制的是 OAuth 2.0 的 Client Secret。", "這像是 Access Token。要複製的是 OAuth 2.0 的 Client Secret。")),
    wrong("^A{8}", text("That looks like the Bearer Token. Copy the OAuth 2.0 Client Secret.", "这像是 Bearer Token。要复制的是 OAuth 2.0 的 Client Secret。", "這像是 Bearer Token。要複製的是 OAuth 2.0 的 Client Secret。")),
    wrong("^[A-Za-z0-9]{20,25}$", text("That looks like the API Key. Copy the OAuth 2.0 Client Secret.", "这像是 API Key。要复制的是 OAuth 2.0 的 Client Secret。", "這像是 API Key。要複製的是 OAuth 2.0 的 Client Secret。")),
  ],
  options: [],
}];

const PAIR: QuestionView[] = [{
  id: "client_id", kind: "client-id", label: text("API Key", "API Key", "API Key"), placeholder: "", pattern: "^[A-Za-z0-9]{18,30}$",
  help: text("In the console: your app → Keys and tokens. It is also called Consumer Key.", "在控制台：你的应用 → Keys and tokens。也叫 Consumer Key。", "在主控台：你的應用程式 → Keys and tokens。也叫 Consumer Key。"),
  wrong: [
    wrong("^[0-9]{5,}$", text("That is the number of the app. The API Key has letters too.", "这是应用的数字编号。API Key 里还有字母。", "這是應用程式的數字編號。API Key 裡還有字母。")),
    wrong("^[0-9]{5,}-", text("That looks like an Access Token. Copy the API Key.", "这像是 Access Token。要复制的是 API Key。", "這像是 Access Token。要複製的是 API Key。")),
    wrong("^A{8}", text("That looks like the Bearer Token. Copy the API Key.", "这像是 Bearer Token。要复制的是 API Key。", "這像是 Bearer Token。要複製的是 API Key。")),
  ],
  options: [],
}, {
  id: "client_secret", kind: "client-secret", label: text("API Key Secret", "API Key Secret", "API Key Secret"), placeholder: "", pattern: "^[A-Za-z0-9]{35,60}$",
  help: text("Made together with the API Key and shown once. Lost: press Regenerate there, which ends the old pair.", "和 API Key 一起生成，只显示一次。丢了就在那里按 Regenerate，旧的一对随之失效。", "和 API Key 一起產生，只顯示一次。遺失了就在那裡按 Regenerate，舊的一對隨之失效。"),
  wrong: [
    wrong("^[0-9]{5,}-", text("That looks like an Access Token. Copy the secret that belongs to the API Key.", "这像是 Access Token。要复制的是和 API Key 成对的密钥。", "這像是 Access Token。要複製的是和 API Key 成對的密鑰。")),
    wrong("^A{8}", text("That looks like the Bearer Token. Copy the secret that belongs to the API Key.", "这像是 Bearer Token。要复制的是和 API Key 成对的密钥。", "這像是 Bearer Token。要複製的是和 API Key 成對的密鑰。")),
    wrong("^[A-Za-z0-9]{18,30}$", text("That looks like the API Key itself. The secret is longer.", "这像是 API Key 本身。密钥更长。", "這像是 API Key 本身。密鑰更長。")),
  ],
  options: [],
}];

const OWN: QuestionView[] = [{
  id: "access_token", kind: "access-token", label: text("Access Token", "Access Token", "Access Token"), placeholder: "", pattern: "^[0-9]{1,20}-[A-Za-z0-9]{20,80}$",
  help: text("Keys and tokens → Access Token and Secret → Generate. It begins with digits and a hyphen.", "Keys and tokens → Access Token and Secret → Generate。开头是数字和连字符。", "Keys and tokens → Access Token and Secret → Generate。開頭是數字和連字號。"),
  wrong: [
    wrong("^A{8}", text("That is the Bearer Token, which belongs to the app and not to you. The Access Token begins with digits and a hyphen.", "这是 Bearer Token，属于应用，不属于你。Access Token 开头是数字和连字符。", "這是 Bearer Token，屬於應用程式，不屬於你。Access Token 開頭是數字和連字號。")),
    wrong("^[A-Za-z0-9]{18,30}$", text("That looks like the API Key. The Access Token begins with digits and a hyphen.", "这像是 API Key。Access Token 开头是数字和连字符。", "這像是 API Key。Access Token 開頭是數字和連字號。")),
    wrong("^[A-Za-z0-9]{35,60}$", text("That looks like a secret. The Access Token begins with digits and a hyphen.", "这像是密钥。Access Token 开头是数字和连字符。", "這像是密鑰。Access Token 開頭是數字和連字號。")),
  ],
  options: [],
}, {
  id: "token_secret", kind: "token-secret", label: text("Access Token Secret", "Access Token Secret", "Access Token Secret"), placeholder: "", pattern: "^[A-Za-z0-9]{35,60}$",
  help: text("Made together with the Access Token and shown once.", "和 Access Token 一起生成，只显示一次。", "和 Access Token 一起產生，只顯示一次。"),
  wrong: [
    wrong("^[0-9]{5,}-", text("That is the Access Token itself. Its secret stands beside it.", "这是 Access Token 本身。它的密钥在旁边。", "這是 Access Token 本身。它的密鑰在旁邊。")),
    wrong("^[A-Za-z0-9]{18,30}$", text("That looks like the API Key. The secret is longer.", "这像是 API Key。密钥更长。", "這像是 API Key。密鑰更長。")),
    wrong("^[A-Za-z0-9]{50}$", text("That looks like the API Key Secret. Copy the secret of the Access Token.", "这像是 API Key Secret。要复制的是 Access Token 的密钥。", "這像是 API Key Secret。要複製的是 Access Token 的密鑰。")),
  ],
  options: [],
}];

const CONSOLE2: ConsoleStepView[] = [
  step(text("Sign in and accept the agreement. Apps → Create App: a name, and Production if you are asked for an environment. The keys that it shows then are for the other kinds; they are not needed here.", "登录并接受协议。Apps → Create App：起个名字，问到环境就选 Production。随后显示的密钥是给其他几种方式用的，这里不需要。", "登入並接受協議。Apps → Create App：取個名字，問到環境就選 Production。隨後顯示的密鑰是給其他幾種方式用的，這裡不需要。")),
  step(text("In your app: User authentication settings → Set up → App permissions. Read, Read and write, or with Direct messages: as much as you want to do.", "打开应用：User authentication settings → Set up → App permissions。Read、Read and write，或再加 Direct messages：要做什么就选什么。", "打開應用程式：User authentication settings → Set up → App permissions。Read、Read and write，或再加 Direct messages：要做什麼就選什麼。")),
  step(text("In the same place → Type of App. Native App has no secret to keep. Web App, Automated App or Bot has a Client Secret, which Keybearer keeps in your keychain. Either will do for an app of your own.", "同一处 → Type of App。Native App 没有密钥要保管。Web App, Automated App or Bot 有 Client Secret，由 Keybearer 存进你的钥匙串。自己用的应用，哪种都可以。", "同一處 → Type of App。Native App 沒有密鑰要保管。Web App, Automated App or Bot 有 Client Secret，由 Keybearer 存進你的鑰匙圈。自己用的應用程式，哪種都可以。")),
  step(text("In the same place → Callback URI / Redirect URL: add this address, the very same to the last character. Website URL: any of yours. Save.", "同一处 → Callback URI / Redirect URL：添加这个地址，必须一字不差。Website URL 填你的任意网址。保存。", "同一處 → Callback URI / Redirect URL：加上這個網址，必須一字不差。Website URL 填你的任意網址。儲存。"), ["{redirect_uri}"]),
  step(text("Keys and tokens → OAuth 2.0: copy the Client ID, and the Client Secret if there is one. X shows keys once: enter them here at once.", "Keys and tokens → OAuth 2.0：复制 Client ID；有 Client Secret 的话也复制。X 的密钥只显示一次，请马上填到这里。", "Keys and tokens → OAuth 2.0：複製 Client ID；有 Client Secret 的話也複製。X 的密鑰只顯示一次，請馬上填到這裡。")),
  step(text("Apps → Manage apps → your app → Move to package: Pay-per-use, and Production as its environment. Without that you get your token, and X refuses every call with it.", "Apps → Manage apps → 你的应用 → Move to package：选 Pay-per-use，环境选 Production。不做这一步，有了令牌也没用：X 会拒绝每一次调用。", "Apps → Manage apps → 你的應用程式 → Move to package：選 Pay-per-use，環境選 Production。不做這一步，有了權杖也沒用：X 會拒絕每一次呼叫。")),
  step(text("Buy a few credits there. A spending limit keeps surprises away.", "在那里购买少量额度（credits）。可以设一个消费上限，避免意外。", "在那裡購買少量額度（credits）。可以設一個消費上限，避免意外。")),
  step(text("Only for an account that a program runs: label it. Logged in as that account: Settings → Your account → Automation → Managing account, name the account of the person behind it, and enter its password.", "只有由程序运行的账号才需要：加上自动化标签。登录那个账号，设置 → Your account → Automation → Managing account，选择管理它的人的账号，并输入密码。", "只有由程式運作的帳號才需要：加上自動化標籤。登入那個帳號，設定 → Your account → Automation → Managing account，選擇管理它的人的帳號，並輸入密碼。"), [], "https://x.com/settings/account/automation", "after"),
  step(text("Later, after changing an app's permissions, consent again: tokens keep what they were made with.", "以后改了应用的权限，要重新授权一次：已有的令牌权限不变。", "以後改了應用程式的權限，要重新授權一次：已有的權杖權限不變。"), [], LINK, "after"),
];

const CONSOLE1: ConsoleStepView[] = [
  step(text("Sign in and accept the agreement. Apps → Create App: a name, and Production if you are asked for an environment. It shows API Key and Secret (Consumer Key, Secret Key) this once: enter them here at once.", "登录并接受协议。Apps → Create App：起个名字，问到环境就选 Production。API Key 和 Secret（Consumer Key、Secret Key）只在这时显示一次，请马上填到这里。", "登入並接受協議。Apps → Create App：取個名字，問到環境就選 Production。API Key 和 Secret（Consumer Key、Secret Key）只在這時顯示一次，請馬上填到這裡。")),
  step(text("In your app: User authentication settings → Set up → App permissions. They decide what every token may do: Read, Read and write, or with Direct messages.", "打开应用：User authentication settings → Set up → App permissions。它决定每个令牌能做什么：Read、Read and write，或再加 Direct messages。", "打開應用程式：User authentication settings → Set up → App permissions。它決定每個權杖能做什麼：Read、Read and write，或再加 Direct messages。")),
  step(text("In the same place → Type of App: Web App, Automated App or Bot. With Native App, X may take the PIN only. OAuth 1.0a has no use for the Client Secret that you get with it.", "同一处 → Type of App：选 Web App, Automated App or Bot。选 Native App 的话，X 可能只接受 PIN。一并给出的 Client Secret，OAuth 1.0a 用不到。", "同一處 → Type of App：選 Web App, Automated App or Bot。選 Native App 的話，X 可能只接受 PIN。一併給出的 Client Secret，OAuth 1.0a 用不到。")),
  step(text("In the same place → Callback URI / Redirect URL: add this address, the very same to the last character. If you chose the PIN it is only “oob”: then save any address of yours, for one has to be there. Website URL: any of yours. Save.", "同一处 → Callback URI / Redirect URL：添加这个地址，必须一字不差。选了 PIN 时这里只是“oob”：那就保存你的任意网址，因为必须有一个。Website URL 填你的任意网址。保存。", "同一處 → Callback URI / Redirect URL：加上這個網址，必須一字不差。選了 PIN 時這裡只是「oob」：那就儲存你的任意網址，因為必須有一個。Website URL 填你的任意網址。儲存。"), ["{redirect_uri}"]),
  step(text("Only if you have no API Key and Secret yet: Keys and tokens → API Key and Secret (Consumer Keys) → Regenerate. That ends the old pair and every token made with it.", "手头没有 API Key 和 Secret 时才需要：Keys and tokens → API Key and Secret（Consumer Keys）→ Regenerate。旧的一对和用它得到的令牌都会失效。", "手邊沒有 API Key 和 Secret 時才需要：Keys and tokens → API Key and Secret（Consumer Keys）→ Regenerate。舊的一對和用它取得的權杖都會失效。")),
];

const CONSOLE_APP: ConsoleStepView[] = [
  step(text("Sign in and accept the agreement. Apps → Create App: a name, and Production if you are asked for an environment. It shows API Key and Secret (Consumer Key, Secret Key) this once: enter them here at once.", "登录并接受协议。Apps → Create App：起个名字，问到环境就选 Production。API Key 和 Secret（Consumer Key、Secret Key）只在这时显示一次，请马上填到这里。", "登入並接受協議。Apps → Create App：取個名字，問到環境就選 Production。API Key 和 Secret（Consumer Key、Secret Key）只在這時顯示一次，請馬上填到這裡。")),
  step(text("Only if you have no API Key and Secret yet: your app → Keys and tokens → API Key and Secret (Consumer Keys) → Regenerate. That ends the old pair and every token made with it.", "手头没有 API Key 和 Secret 时才需要：你的应用 → Keys and tokens → API Key and Secret（Consumer Keys）→ Regenerate。旧的一对和用它得到的令牌都会失效。", "手邊沒有 API Key 和 Secret 時才需要：你的應用程式 → Keys and tokens → API Key and Secret（Consumer Keys）→ Regenerate。舊的一對和用它取得的權杖都會失效。")),
  step(text("Apps → Manage apps → your app → Move to package: Pay-per-use, and Production as its environment. Without that you get your token, and X refuses every call with it.", "Apps → Manage apps → 你的应用 → Move to package：选 Pay-per-use，环境选 Production。不做这一步，有了令牌也没用：X 会拒绝每一次调用。", "Apps → Manage apps → 你的應用程式 → Move to package：選 Pay-per-use，環境選 Production。不做這一步，有了權杖也沒用：X 會拒絕每一次呼叫。")),
];

const CONSOLE_OWN: ConsoleStepView[] = [
  step(text("Sign in with the account that you want to use: the keys are its owner's. Apps → Create App: a name, and Production if you are asked for an environment. It shows API Key and Secret (Consumer Key, Secret Key) this once: enter them here at once.", "用你要用的账号登录：密钥属于应用的拥有者。Apps → Create App：起个名字，问到环境就选 Production。API Key 和 Secret（Consumer Key、Secret Key）只在这时显示一次，请马上填到这里。", "用你要用的帳號登入：密鑰屬於應用程式的擁有者。Apps → Create App：取個名字，問到環境就選 Production。API Key 和 Secret（Consumer Key、Secret Key）只在這時顯示一次，請馬上填到這裡。")),
  step(text("First the permissions, because keys keep what they were made with: your app → User authentication settings → App permissions, Read and write if you want to post. Save.", "先设权限，因为密钥生成之后权限不变：你的应用 → User authentication settings → App permissions，要发帖就选 Read and write。保存。", "先設權限，因為密鑰產生之後權限不變：你的應用程式 → User authentication settings → App permissions，要發文就選 Read and write。儲存。")),
  step(text("Keys and tokens → Access Token and Secret → Generate. X shows both once: copy both at once.", "Keys and tokens → Access Token and Secret → Generate。两项都只显示一次，请马上都复制。", "Keys and tokens → Access Token and Secret → Generate。兩項都只顯示一次，請馬上都複製。")),
  step(text("Regenerate makes new ones and ends the old ones everywhere. If a program still uses them, copy its keys instead of making new ones.", "Regenerate 会生成新的，旧的在所有地方都失效。如果还有程序在用旧的，就复制它的密钥，不要重新生成。", "Regenerate 會產生新的，舊的在所有地方都失效。如果還有程式在用舊的，就複製它的密鑰，不要重新產生。")),
];

const NOTES: Partial<Record<RedirectKind, Text>> = {
  "localhost": text("For an app that has localhost in its list, as X's own tools want it. To X it is another address than 127.0.0.1: register the one that you choose.", "给列表里登记了 localhost 的应用，X 自己的工具就是这样。对 X 来说它和 127.0.0.1 是两个地址：选哪个就登记哪个。", "給清單裡登記了 localhost 的應用程式，X 自己的工具就是這樣。對 X 來說它和 127.0.0.1 是兩個網址：選哪個就登記哪個。"),
  "relay": text("A page of your own on the web hands the answer on. Any https address will do.", "由你自己的网页转交回应。任何 https 地址都可以。", "由你自己的網頁轉交回應。任何 https 網址都可以。"),
  "out-of-band": text("X shows a PIN of about seven digits; you type it here. Some callback address must be saved in the app nevertheless.", "X 会显示一个七位左右的 PIN，输入到这里即可。应用里仍然要保存一个回调地址，任意的都行。", "X 會顯示一個七位左右的 PIN，輸入到這裡即可。應用程式裡仍然要儲存一個回呼網址，任意的都行。"),
  "private-use-scheme": text("X allows schemes of one's own. Whether it follows them for an app with a Client Secret is not proved.", "X 允许自定义协议。应用有 Client Secret 时是否也行，还没有人证实。", "X 允許自訂協定。應用程式有 Client Secret 時是否也行，還沒有人證實。"),
  "paste": text("The browser ends on an error page; paste its address here at once. X's code lives for 30 seconds.", "浏览器会停在打不开的页面，马上把那一页的地址粘贴到这里。X 的授权码只有 30 秒有效。", "瀏覽器會停在打不開的頁面，馬上把那一頁的網址貼到這裡。X 的授權碼只有 30 秒有效。"),
};

const ways = (id: string, kinds: RedirectKind[]): RedirectView[] =>
  kinds.map((kind) => {
    const path = `47020/callback/${id}`;
    const uris: Partial<Record<RedirectKind, string>> = {
      loopback: `http://127.0.0.1:${path}`, localhost: `http://localhost:${path}`, paste: `http://127.0.0.1:${path}`, "private-use-scheme": `io.github.keybearer://callback/${id}`, "out-of-band": "oob",
    };
    const uri = uris[kind] ?? null;
    return { ...redirect(kind, uri, kind === "private-use-scheme"), note: NOTES[kind] ?? null, rules: rules(uri) };
  });

const base = { mark: { letters: "X", color: "#000000", icon: "x" }, registers: false, tile: "x" };
const pair = { ...base, client_family: "x-api-key" };

const granted = [
  scope("read", text("read posts and profiles", "读取帖子和资料", "讀取貼文和個人檔案"), { granted_only: true }),
  scope("read-write", text("read, and post, like and follow for you", "读取，并替你发帖、点赞和关注", "讀取，並替你發文、按喜歡和追蹤"), { granted_only: true }),
  scope("read-write-directmessages", text("read and write, and your direct messages too", "读取和写入，还包括你的私信", "讀取和寫入，還包括你的私訊"), { granted_only: true }),
];

export const x: ProviderView[] = [
  provider({
    ...base, id: "x", name: "X", can_force_login: false, identity_costs: true, one_login: true, docs: "https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code",
    redirects: ways("x", ["loopback", "localhost", "private-use-scheme", "relay", "paste"]), questions: OAUTH2, console: CONSOLE2,
    summary: text("Your own app at X. OAuth 2.0: a token for two hours that renews itself.", "用你自己在 X 的应用。OAuth 2.0：令牌有效两小时，会自动续期。", "用你自己在 X 的應用程式。OAuth 2.0：權杖有效兩小時，會自動續期。"),
    kind: kind(
      "OAuth 2.0",
      text("Reading and posting; you choose each permission", "读取和发帖，权限逐项选择", "讀取和發文，權限逐項選擇"),
      text("Whoever consents in the browser", "在浏览器里同意授权的人", "在瀏覽器裡同意授權的人"),
      text("Two hours; renewed when it is wanted", "两小时，用到时续期", "兩小時，用到時續期"),
      text("OAuth 2.0 Client ID; Client Secret if the app has one", "OAuth 2.0 的 Client ID；应用有 Client Secret 的话也要", "OAuth 2.0 的 Client ID；應用程式有 Client Secret 的話也要"),
    ),
    warnings: [
      text("X charges for each call: about one cent a day and person for asking who you are, 1.5 cents for a post, 20 cents for one with a link. Keybearer asks once after a login, and after that only when you press Verify.", "X 按调用收费：询问账号是谁，每人每天约 1 美分；发一条帖子 1.5 美分，带链接的 20 美分。Keybearer 只在登录后问一次，之后你按“验证”才会再问。", "X 按呼叫收費：詢問帳號是誰，每人每天約 1 美分；發一則貼文 1.5 美分，帶連結的 20 美分。Keybearer 只在登入後問一次，之後你按「驗證」才會再問。"),
      text("One login per app and person: logging in again, here or in another program, ends the one before. Give each machine and each bot an app of its own.", "同一个应用、同一个人只有一处登录有效：在这里或别的程序里再次登录，前一处就失效。请给每台机器、每个机器人各建一个应用。", "同一個應用程式、同一個人只有一處登入有效：在這裡或別的程式裡再次登入，前一處就失效。請給每台機器、每個機器人各建一個應用程式。"),
    ],
    scopes: [
      scope("tweet.read", text("read posts that you can see", "读取你能看到的帖子", "讀取你能看到的貼文"), { default: true, locked: true }),
      scope("users.read", text("read profiles that you can see", "读取你能看到的资料", "讀取你能看到的個人檔案"), { default: true, locked: true }),
      scope("offline.access", text("stay logged in: without it the token ends after two hours", "保持登录：不勾选，令牌两小时后就失效", "保持登入：不勾選，權杖兩小時後就失效"), { default: true }),
      scope("tweet.write", text("post and repost for you", "替你发帖和转帖", "替你發文和轉發"), { default: true }),
      scope("media.write", text("upload pictures and videos", "上传图片和视频", "上傳圖片和影片")),
      scope("tweet.moderate.write", text("hide and unhide replies to your posts", "隐藏和取消隐藏你帖子下的回复", "隱藏和取消隱藏你貼文下的回覆")),
      scope("users.email", text("see your e-mail address", "查看你的邮箱地址", "查看你的電子郵件地址")),
      scope("follows.read", text("see whom you follow and who follows you", "查看你关注了谁、谁关注了你", "查看你追蹤了誰、誰追蹤了你")),
    ],
    stuck: [{ shows: "Something went wrong – You weren't able to give access to the App", code: "redirect-not-registered", action: text("One of three: this address is not in the app's callback list; the Client ID is not the OAuth 2.0 one; or User authentication settings were never set up and saved. Mend it in the console, then try again.", "原因有三种：应用的回调列表里没有这个地址；Client ID 不是 OAuth 2.0 的那个；或者 User authentication settings 从没设置并保存过。在控制台改好，然后重试。", "原因有三種：應用程式的回呼清單裡沒有這個網址；Client ID 不是 OAuth 2.0 的那個；或者 User authentication settings 從沒設定並儲存過。在主控台改好，然後重試。") }],
  }),
  provider({
    ...pair, id: "x-oauth1", name: "X (OAuth 1.0a)", grant: "oauth1", identity_costs: true, reuses_token: true, scopes: granted,
    redirects: ways("x-oauth1", ["loopback", "localhost", "out-of-band", "private-use-scheme", "relay", "paste"]), questions: PAIR, console: CONSOLE1,
    summary: text("OAuth 1.0a: a token that does not end, signed with two secrets.", "OAuth 1.0a：令牌不过期，用两个密钥签名。", "OAuth 1.0a：權杖不過期，用兩個密鑰簽章。"),
    kind: kind(
      "OAuth 1.0a",
      text("Tools that sign with OAuth 1.0a", "给用 OAuth 1.0a 签名的工具", "給用 OAuth 1.0a 簽章的工具"),
      text("Whoever consents in the browser", "在浏览器里同意授权的人", "在瀏覽器裡同意授權的人"),
      text("Does not end", "不过期", "不過期"),
      text("API Key, API Key Secret", "API Key、API Key Secret", "API Key、API Key Secret"),
    ),
    warnings: [
      text("X charges for each call: about one cent a day and person for asking who you are, 1.5 cents for a post, 20 cents for one with a link.", "X 按调用收费：询问账号是谁，每人每天约 1 美分；发一条帖子 1.5 美分，带链接的 20 美分。", "X 按呼叫收費：詢問帳號是誰，每人每天約 1 美分；發一則貼文 1.5 美分，帶連結的 20 美分。"),
      text("X advises OAuth 2.0 for new work. This token may do whatever the app may, and does not end by itself.", "X 建议新项目用 OAuth 2.0。这种令牌的权限就是应用的全部权限，而且不会自己失效。", "X 建議新專案用 OAuth 2.0。這種權杖的權限就是應用程式的全部權限，而且不會自己失效。"),
    ],
    stuck: [{ shows: "Whoa there! The request token for this page is invalid.", code: "code-spent", action: text("The page was used already, or stood open too long. Try again for a new one.", "这个页面已经用过，或开得太久了。请重试，换一个新的页面。", "這個頁面已經用過，或開得太久了。請重試，換一個新的頁面。") }],
  }),
  provider({
    ...pair, id: "x-app", name: "X (App-only)", grant: "client_credentials", can_verify: false, reuses_token: true, scopes: [], redirects: [], questions: PAIR, console: CONSOLE_APP,
    summary: text("The app's own Bearer Token, for what is public. No person, no end.", "应用自己的 Bearer Token，用来读公开内容。不涉及个人，不过期。", "應用程式自己的 Bearer Token，用來讀公開內容。不涉及個人，不過期。"),
    kind: kind(
      "App-only (Bearer Token)",
      text("Reading what is public", "读取公开内容", "讀取公開內容"),
      text("Nobody: the app itself", "应用自己，不代表任何人", "應用程式自己，不代表任何人"),
      text("Does not end", "不过期", "不過期"),
      text("API Key, API Key Secret", "API Key、API Key Secret", "API Key、API Key Secret"),
    ),
    warnings: [
      text("X charges for each call. Getting this token costs nothing; what you read with it does.", "X 按调用收费。取得这个令牌不要钱，用它读取内容要钱。", "X 按呼叫收費。取得這個權杖不要錢，用它讀取內容要錢。"),
      text("An app has one such token: every program that asks gets the same, and revoking it ends it for all of them.", "一个应用只有一个这样的令牌：每个程序拿到的都是同一个，撤销之后大家都不能用了。", "一個應用程式只有一個這樣的權杖：每個程式拿到的都是同一個，撤銷之後大家都不能用了。"),
    ],
  }),
  provider({
    ...pair, id: "x-keys", name: "X (Access Token and Secret)", grant: "import", identity_costs: true, reuses_token: true, scopes: granted, redirects: [],
    questions: [...PAIR, ...OWN], console: CONSOLE_OWN,
    summary: text("The ready-made keys of your own app: four fields, no login. They do not end.", "你自己应用的现成密钥：填四项，不用登录。不过期。", "你自己應用程式的現成密鑰：填四項，不用登入。不過期。"),
    kind: kind(
      "Access Token and Secret",
      text("Your own account, without a login", "自己的账号，不用登录", "自己的帳號，不用登入"),
      text("You, the owner of the app", "你，应用的拥有者", "你，應用程式的擁有者"),
      text("Does not end, until you regenerate it", "不过期，重新生成后才失效", "不過期，重新產生後才失效"),
      text("API Key, API Key Secret, Access Token, Access Token Secret", "API Key、API Key Secret、Access Token、Access Token Secret", "API Key、API Key Secret、Access Token、Access Token Secret"),
    ),
    warnings: [
      text("X charges for each call: about one cent a day and person for asking who you are, 1.5 cents for a post, 20 cents for one with a link.", "X 按调用收费：询问账号是谁，每人每天约 1 美分；发一条帖子 1.5 美分，带链接的 20 美分。", "X 按呼叫收費：詢問帳號是誰，每人每天約 1 美分；發一則貼文 1.5 美分，帶連結的 20 美分。"),
      text("These keys are the account of the app's owner. Whoever has them can do all that the app may, for as long as you do not regenerate them.", "这些密钥就等于应用拥有者的账号。谁拿到，谁就能做应用能做的一切，直到你重新生成。", "這些密鑰就等於應用程式擁有者的帳號。誰拿到，誰就能做應用程式能做的一切，直到你重新產生。"),
    ],
  }),
];
