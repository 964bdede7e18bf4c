// Connects the window to the shell: each call of the Api is a command. In a plain browser, the stand-in replaces the shell.
// The only file that imports @tauri-apps.
import { Channel, invoke } from "@tauri-apps/api/core";
import type { Start } from "../state/start";
import type { Api } from "./api";

function channel<T>(onEvent: (event: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = onEvent;
  return channel;
}

const shell: Api = {
  view: () => invoke("view"),
  catalogue: () => invoke("catalogue"),
  findServer: (provider, typed) => invoke("find_server", { provider, typed }),
  startLogin: (plan, onEvent) => invoke("start_login", { plan, onEvent: channel(onEvent) }),
  cancelLogin: (login) => invoke("cancel_login", { login }),
  openAgain: (login) => invoke("open_again", { login }),
  copyLink: (login) => invoke("copy_link", { login }),
  paste: (login, text) => invoke("paste", { login, text }),
  keepHeld: (login) => invoke("keep_held", { login }),
  discardHeld: (login) => invoke("discard_held", { login }),
  subAccounts: (account) => invoke("sub_accounts", { account }),
  keepSubAccounts: (account, picked) => invoke("keep_sub_accounts", { account, picked }),
  adopt: (token, provider, client, name) => invoke("adopt", { token, provider, client, name }),
  copyToken: (account) => invoke("copy_token", { account }),
  copyTokenSecret: (account) => invoke("copy_token_secret", { account }),
  showToken: (account) => invoke("show_token", { account }),
  verify: (account) => invoke("verify", { account }),
  renew: (account, anyway = false) => invoke("renew", { account, anyway }),
  refreshLongLived: () => invoke("refresh_long_lived"),
  lastRenewals: () => invoke("last_renewals"),
  stepBack: (account) => invoke("step_back", { account }),
  resume: (account) => invoke("resume", { account }),
  exportAccounts: (accounts, passphrase, moves) => invoke("export_accounts", { accounts, passphrase, moves }),
  importAccounts: (file, passphrase) => invoke("import_accounts", { file, passphrase }),
  exports: (account) => invoke("exports", { account }),
  startExport: (plan, onEvent) => invoke("start_export", { plan, onEvent: channel(onEvent) }),
  resumeExport: (id, onEvent) => invoke("resume_export", { export: id, onEvent: channel(onEvent) }),
  cancelExport: (id) => invoke("cancel_export", { export: id }),
  discardExport: (id) => invoke("discard_export", { export: id }),
  saveCalendar: (language) => invoke("save_calendar", { language }),
  inspect: (account) => invoke("inspect", { account }),
  revoke: (account) => invoke("revoke", { account }),
  deleteAccount: (account) => invoke("delete_account", { account }),
  copyClient: (client, what) => invoke("copy_client", { client, what }),
  copyAppToken: (client) => invoke("copy_app_token", { client }),
  uses: (account) => invoke("uses", { account }),
  prepareCall: (account, call, inputs) => invoke("prepare_call", { account, call, inputs }),
  tryCall: (account, call, inputs, confirmed) => invoke("try_call", { account, call, inputs, confirmed }),
  copyAs: (account, copy) => invoke("copy_as", { account, copy }),
  saveCopy: (account, copy) => invoke("save_copy", { account, copy }),
  copyDeviceCode: (account) => invoke("copy_device_code", { account }),
  redeemDeviceCode: (client, code) => invoke("redeem_device_code", { client, code }),
  replaceSecret: (client, id, secret) => invoke("replace_secret", { client, id, secret }),
  deleteClient: (client) => invoke("delete_client", { client }),
  wantedAccount: () => invoke("wanted_account"),
  abilities: () => invoke("abilities"),
  linkCommandLine: () => invoke("link_command_line"),
  closing: () => invoke("closing"),
  closeWindow: (keep) => invoke("close_window", { keep }),
  changeSettings: (settings) => invoke("change_settings", { settings }),
  checkStore: () => invoke("check_store"),
  useSealedFile: (passphrase) => invoke("use_sealed_file", { passphrase }),
  useKeychain: () => invoke("use_keychain"),
  testRedirect: (redirect) => invoke("test_redirect", { redirect }),
  checkRedirect: (provider, expected, shown) => invoke("check_redirect", { provider, expected, shown }),
  saveRelayPage: () => invoke("save_relay_page"),
  checkRelayPage: (url) => invoke("check_relay_page", { url }),
  trustCertificate: () => invoke("trust_certificate"),
  distrustCertificate: () => invoke("distrust_certificate"),
  addDelivery: (account, target, credential) => invoke("add_delivery", { account, target, credential }),
  confirmDelivery: (id) => invoke("confirm_delivery", { id }),
  removeDelivery: (id) => invoke("remove_delivery", { id }),
  deliver: (id) => invoke("deliver", { id }),
  copyText: (text) => invoke("copy_text", { text }),
  copyDiagnostics: () => invoke("copy_diagnostics"),
  openLink: (url) => invoke("open_link", { url }),
  startPractice: () => invoke("start_practice"),
  onChanged: (listener) => void invoke("watch", { onChange: channel<null>(listener) }),
};

/** The shell's Api in the app; in a plain browser, the stand-in's and the scene that the address names. */
export async function connect(): Promise<{ api: Api; start: Start }> {
  if ("__TAURI_INTERNALS__" in window) return { api: shell, start: {} };
  // The app's own build has no stand-in.
  if (import.meta.env.MODE !== "production") {
    const { fake } = await import("../fake/fake");
    return fake(new URLSearchParams(location.search));
  }
  throw new Error("This page is the window of Keybearer.");
}
