//! A login by the device authorization grant (RFC 8628): the person sees a code and enters it on a page of the platform, here or on
//! another device.

use crate::book;
use crate::error::Result;
use crate::keeper::login::Login;
use crate::keeper::login::mismatch::Outcome;
use crate::keeper::or_cancelled;
use crate::keeper::renewal::superseded::Superseded;
use crate::login::{LoginRequest, NoToken, Polling};
use crate::view::{LoginEvent, StepKind};

impl Login {
    pub(super) async fn run_by_device(&self, request: &LoginRequest, known: Option<book::Client>) -> Result<Outcome> {
        let shared = &self.keeper.shared;
        let client = self.ensure_client(request, known, None).await?;
        let client = client.as_ref();
        let credentials = client.map(|c| &c.credentials);
        let codes = or_cancelled(&self.cancelled, request.authorize_device(&shared.http, credentials)).await?;
        self.announce(codes.link());
        (self.report)(codes.shown(self.keeper.now())?);
        // Without an address that has the code in it, the page would hide the code that the person is to enter there.
        if codes.has_complete_link() {
            (self.report)(match (shared.outside.browser)(codes.link().as_str()) {
                Ok(()) => LoginEvent::Step {
                    step: StepKind::BrowserOpened,
                },
                // The page can be opened on any device.
                Err(error) => LoginEvent::Hint { error: error.view() },
            });
        }
        let client_id = credentials.map(|c| c.client_id.as_str());
        // Each question may bring the token.
        let superseded = Superseded::begin(&self.keeper, &request.provider, &self.id, client_id).await?;
        let polling = Polling {
            http: &shared.http,
            client: credentials,
            clock: &|| self.keeper.now(),
            report: &*self.report,
            cancelled: self.cancelled.clone(),
        };
        let (granted, _busy) = match request.wait_for_token(&codes, &polling, || self.keeper.busy()).await {
            Ok(granted) => granted,
            Err(NoToken { error, may_be_lost }) => {
                if !may_be_lost {
                    superseded.no_token().await;
                }
                return Err(error);
            }
        };
        self.received(client).await;
        self.finish(request, client, request.redirect, granted, superseded).await
    }
}
