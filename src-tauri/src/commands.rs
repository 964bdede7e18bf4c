//! The window's commands: one line each that calls the keeper. Secrets come in once and go out by Show only.

use std::sync::Arc;

use keybearer_core::desktop::certificate;
use keybearer_core::error::Error;
use keybearer_core::keeper::{Keeper, Reason, TokenImport};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{
    AppView, LoginEvent, LoginPlan, ProviderView, RedirectCheck, RedirectTest, RenewalView, ServerTokensView, ServerView, Settings,
    SubAccountView, UnlockedFor,
};
use tauri::ipc::{Channel, Invoke};
use tauri::{AppHandle, Runtime, State, command};
use tauri_plugin_opener::OpenerExt as _;

use crate::{
    Answer, Listeners, api_calls::*, autostart, away::*, clipboard, copies::*, delivery::*, downloads, first_post::*, posts::*, practice,
    said, system, transfer::*, window::Window,
};

/// Every command. build.rs reads this list; the capability in tauri.conf.json and ui/src/shell/connect.ts repeat it, and a test
/// compares them.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        view,
        catalogue,
        watch,
        find_server,
        start_login,
        cancel_login,
        open_again,
        copy_link,
        paste,
        copy_token,
        copy_token_secret,
        show_token,
        verify,
        revoke,
        delete_account,
        copy_client,
        replace_secret,
        delete_client,
        change_settings,
        check_store,
        use_sealed_file,
        lock_sealed_file,
        use_keychain,
        test_redirect,
        copy_diagnostics,
        open_link,
        start_practice,
        copy_text,
        check_redirect,
        save_relay_page,
        check_relay_page,
        trust_certificate,
        distrust_certificate,
        keep_mismatch,
        discard_mismatch,
        sub_accounts,
        keep_sub_accounts,
        recognise,
        import_token,
        renew,
        refresh_long_lived,
        step_back,
        resume,
        export_accounts,
        import_accounts,
        save_calendar,
        inspect,
        server_tokens,
        end_server_token,
        uses,
        last_uses,
        prepare_call,
        try_call,
        prepare_post,
        publish_post,
        check_post,
        delete_post,
        first_post,
        copy_as,
        save_copy,
        copy_app_token,
        copy_device_code,
        redeem_device_code,
        last_renewals,
        wanted_account,
        abilities,
        link_command_line,
        closing,
        close_window,
        exports,
        start_export,
        resume_export,
        cancel_export,
        discard_export,
        add_delivery,
        confirm_delivery,
        remove_delivery,
        deliver,
        answer_program,
        forget_program
    ]
}

#[command]
async fn view<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, window: State<'_, Window>) -> Answer<AppView> {
    let mut view = keeper.view();
    view.program_questions.extend(system::program_questions(&app));
    window.viewed();
    Ok(view)
}

#[command]
async fn catalogue(keeper: State<'_, Keeper>) -> Answer<Vec<ProviderView>> {
    Ok(keeper.catalogue())
}

#[command]
fn watch(listeners: State<'_, Listeners>, on_change: Channel<()>) {
    listeners.add(on_change);
}

#[command]
async fn find_server(keeper: State<'_, Keeper>, provider: String, typed: String) -> Answer<ServerView> {
    keeper.find_server(&provider, &typed).await.map_err(said)
}

#[command]
async fn start_login<R: Runtime>(
    app: AppHandle<R>,
    keeper: State<'_, Keeper>,
    plan: LoginPlan,
    on_event: Channel<LoginEvent>,
) -> Answer<String> {
    let report = move |event: LoginEvent| {
        let over = matches!(event, LoginEvent::Failed { .. });
        // The window may be gone.
        let _ = on_event.send(event);
        if over {
            practice::rest(&app);
        }
    };
    Ok(keeper.start_login(plan, Arc::new(report)))
}

#[command]
async fn cancel_login(keeper: State<'_, Keeper>, login: String) -> Answer<()> {
    keeper.cancel_login(&login).map_err(said)
}

#[command]
async fn open_again(keeper: State<'_, Keeper>, login: String) -> Answer<()> {
    keeper.open_again(&login).map_err(said)
}

#[command]
async fn copy_link<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, login: String) -> Answer<()> {
    keeper
        .consent_link(&login)
        .and_then(|link| clipboard::copy(&app, &link))
        .map_err(said)
}

#[command]
async fn paste(keeper: State<'_, Keeper>, login: String, text: String) -> Answer<()> {
    keeper.paste(&login, &text).map_err(said)
}

#[command]
async fn show_token(keeper: State<'_, Keeper>, account: String) -> Answer<String> {
    keeper
        .shown_token(&account)
        .await
        .map(|token| token.expose().to_owned())
        .map_err(said)
}

#[command]
async fn verify(keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.verify(&account).await.map_err(said)
}

#[command]
async fn revoke<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.revoke(&account).await.map(|()| practice::rest(&app)).map_err(said)
}

#[command]
async fn delete_account<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.delete_account(&account).await.map(|()| practice::rest(&app)).map_err(said)
}

#[command]
async fn replace_secret(keeper: State<'_, Keeper>, client: String, id: String, secret: String) -> Answer<()> {
    keeper.replace_secret(&client, &id, Secret::new(secret)).await.map_err(said)
}

#[command]
async fn delete_client(keeper: State<'_, Keeper>, client: String) -> Answer<()> {
    keeper.delete_client(&client).await.map_err(said)
}

#[command]
async fn change_settings(keeper: State<'_, Keeper>, settings: Settings) -> Answer<()> {
    autostart::check(&keeper, &settings).map_err(said)?;
    keeper.change_settings(settings).map_err(said)
}

#[command]
async fn check_store(keeper: State<'_, Keeper>) -> Answer<()> {
    keeper.check_store().await.map_err(said)
}

#[command]
async fn use_sealed_file<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, passphrase: String, long: UnlockedFor) -> Answer<()> {
    // First, so that nothing forgets the passphrase that an earlier choice would.
    keeper.keep_unlocked(UnlockedFor::Window);
    keeper.use_sealed_file(Secret::new(passphrase)).await.map_err(said)?;
    let _ = tauri::async_runtime::spawn_blocking(move || system::keep_unlocked(&app, long)).await;
    Ok(())
}

#[command]
async fn lock_sealed_file<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>) -> Answer<bool> {
    let locked = keeper.lock_everywhere().await;
    // It hears of that by itself; this says whether it is done.
    let tray = tauri::async_runtime::spawn_blocking(move || system::lock_tray(&app)).await;
    let tray = tray.map_err(|e| Error::Internal { detail: e.to_string() }).flatten();
    Ok(locked.map_err(said)? && tray.map_err(said)?)
}

#[command]
async fn use_keychain(keeper: State<'_, Keeper>) -> Answer<()> {
    keeper.use_keychain().await.map_err(said)
}

#[command]
async fn test_redirect(keeper: State<'_, Keeper>, redirect: RedirectKind) -> Answer<RedirectTest> {
    Ok(keeper.test_redirect(redirect).await)
}

#[command]
async fn copy_diagnostics<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>) -> Answer<()> {
    clipboard::copy(&app, &keeper.diagnostics()).map_err(said)
}

#[command]
async fn open_link<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, url: String) -> Answer<()> {
    if !keeper.is_own_link(&url) {
        return Err(said(Error::InputInvalid { field: "url".into() }));
    }
    app.opener()
        .open_url(url, None::<&str>)
        .map_err(|e| said(Error::BrowserNotOpened { detail: e.to_string() }))
}

#[command]
async fn start_practice<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    practice::start(&app).await.map_err(said)
}

#[command]
async fn copy_text<R: Runtime>(app: AppHandle<R>, text: String) -> Answer<()> {
    clipboard::copy(&app, &text).map_err(said)
}

#[command]
async fn check_redirect(keeper: State<'_, Keeper>, provider: String, expected: String, shown: String) -> Answer<RedirectCheck> {
    keeper.check_redirect(&provider, &expected, &shown).map_err(said)
}

#[command]
async fn save_relay_page<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>) -> Answer<String> {
    let page = keeper.relay_page().to_owned();
    downloads::save(&app, "keybearer-callback", "index.html", page).await.map_err(said)
}

#[command]
async fn check_relay_page(keeper: State<'_, Keeper>, url: String) -> Answer<()> {
    keeper.check_relay_page(&url).await.map_err(said)
}

#[command]
async fn trust_certificate(keeper: State<'_, Keeper>) -> Answer<()> {
    certificate::trust(&keeper).await.map_err(said)
}

#[command]
async fn distrust_certificate(keeper: State<'_, Keeper>) -> Answer<()> {
    certificate::distrust(&keeper).await.map_err(said)
}

#[command]
async fn keep_mismatch(keeper: State<'_, Keeper>, login: String) -> Answer<String> {
    keeper.keep_mismatch(&login).await.map_err(said)
}

#[command]
async fn discard_mismatch<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, login: String) -> Answer<()> {
    keeper.discard_mismatch(&login);
    practice::rest(&app);
    Ok(())
}

#[command]
async fn sub_accounts(keeper: State<'_, Keeper>, account: String) -> Answer<Vec<SubAccountView>> {
    keeper.sub_accounts(&account).await.map_err(said)
}

#[command]
async fn keep_sub_accounts(keeper: State<'_, Keeper>, account: String, picked: Vec<String>) -> Answer<Vec<String>> {
    keeper.keep_sub_accounts(&account, &picked).await.map_err(said)
}

/// Which platforms a pasted text may be a token of: their ids, and nothing of the text.
#[command]
async fn recognise(keeper: State<'_, Keeper>, text: String) -> Answer<Vec<String>> {
    Ok(keeper.recognise(&Secret::new(text)))
}

#[command]
async fn import_token(
    keeper: State<'_, Keeper>,
    token: String,
    provider: Option<String>,
    client: Option<String>,
    name: String,
    server: String,
) -> Answer<String> {
    let import = TokenImport {
        provider,
        client,
        name,
        server,
    };
    keeper.import_token(&Secret::new(token), &import).await.map_err(said)
}

#[command]
async fn renew(keeper: State<'_, Keeper>, account: String, anyway: Option<bool>) -> Answer<()> {
    let reason = if anyway == Some(true) { Reason::Anyway } else { Reason::Asked };
    keeper.renew(&account, reason).await.map_err(said)
}

#[command]
async fn refresh_long_lived(keeper: State<'_, Keeper>) -> Answer<Vec<RenewalView>> {
    Ok(keeper.refresh_long_lived().await)
}

#[command]
async fn step_back(keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.step_back(&account).await.map_err(said)
}

#[command]
async fn server_tokens(keeper: State<'_, Keeper>, account: String) -> Answer<ServerTokensView> {
    keeper.server_tokens(&account).await.map_err(said)
}

#[command]
async fn end_server_token(keeper: State<'_, Keeper>, account: String, id: String) -> Answer<()> {
    keeper.end_server_token(&account, &id).await.map_err(said)
}

#[command]
async fn inspect(keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.inspect(&account).await.map_err(said)
}

#[command]
async fn redeem_device_code(keeper: State<'_, Keeper>, client: String, code: String) -> Answer<String> {
    keeper.redeem_device_code(&client, &Secret::new(code)).await.map_err(said)
}
