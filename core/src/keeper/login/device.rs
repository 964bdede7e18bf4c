//! A token of its own for each machine (docs/facts/facebook.md#another-device): a code from here for another device, or a code
//! from another device redeemed here. The platform warns against one token on several machines.

use crate::ask::Asking;
use crate::book::Account;
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::record::hosts;
use crate::ledger::Purpose;
use crate::token::Secret;

impl Keeper {
    /// A code with which another device gets a token of its own for this account, without the client's secret.
    ///
    /// # Errors
    /// Refusals, network errors, the store's.
    pub async fn device_code(&self, account: &str) -> Result<Secret> {
        let book = self.shared.book.read()?;
        let record = book.account(account)?.clone();
        let redirect_uri = book.client(&record.client)?.redirect_uris.first().cloned().unwrap_or_default();
        let token = self.token(&record).await?;
        // The code is as good as a token.
        self.record_use(account, &self.own_use(Purpose::Copy), None).await;
        self.ask_provider(&record, async |asking| asking.device_code(&token, &redirect_uri).await)
            .await
    }

    /// Redeems a code that the same client made on another device, and returns the account's id. The name that the platform
    /// gives this machine is kept and sent the next time.
    ///
    /// # Errors
    /// Refusals, network errors, the store's.
    pub async fn redeem_device_code(&self, client: &str, code: &Secret) -> Result<String> {
        let _busy = self.busy();
        let code = Secret::new(code.expose().trim());
        if code.expose().is_empty() {
            return Err(Error::InputInvalid { field: "code".into() });
        }
        let record = self.shared.book.read()?.client(client)?.clone();
        let provider = self.shared.registry.require(&record.provider)?;
        if record.hosts != hosts(&provider, None, &record.answers) {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        let credentials = self.credentials(&record).await?;
        let asking = Asking {
            http: &self.shared.http,
            provider: &provider,
            server: None,
            answers: &record.answers,
            client: Some(&credentials),
            login_name: None,
            now: self.now(),
        };
        let redirect_uri = record.redirect_uris.first().map(String::as_str).unwrap_or_default();
        let (token, machine) = asking.device_token(&code, redirect_uri, record.machine_id.as_deref()).await?;
        let account = Account {
            name: self.name_of_platform(&provider),
            scopes: record.scopes.clone(),
            issued: Some(token.issued),
            expires: token.expires,
            ..self.new_account(&provider, None, &record.answers, record.id.clone())
        };
        // The code is spent: the token is stored before anything else.
        let provisional = self.keep_provisionally(account.clone(), token.clone()).await.ok();
        let account = match asking.identify(&token).await {
            Ok(identity) => Account {
                name: identity.name,
                display_name: identity.display_name,
                user_id: identity.user_id,
                verified: Some(self.now()),
                ..account
            },
            Err(error) => Account {
                trouble: Some(error.view()),
                ..account
            },
        };
        let kept = self.keep_granted(account, token, true, &|_| ()).await?;
        self.drop_provisional(provisional, &kept).await;
        if let Some(machine) = machine {
            self.blocking(move |keeper| {
                keeper.shared.book.change(|book| {
                    book.client_mut(&record.id)?.machine_id = Some(machine);
                    Ok(())
                })
            })
            .await?;
        }
        self.changed();
        Ok(kept)
    }
}
