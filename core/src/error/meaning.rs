//! What an error means for its caller: whether the token or account is affected, when to retry, and which of its words came from the
//! other side.

use super::{Code, Error, Intermediary};

impl Error {
    /// The parts that someone else wrote: a server, or the page that sent a browser here. They may contain echoed secrets.
    pub fn words_of_others(&mut self) -> Vec<&mut String> {
        use Error::*;
        match self {
            Refused { words, .. }
            | TokenUnknown { words }
            | RegistrationRefused { words, .. }
            | RedirectRefused { words, .. }
            | Denied { words }
            | DeniedWithoutState { words }
            | DeliveryDenied { words, .. }
            | DeliveryNowhere { words, .. }
            | DeliveryRefused { words, .. } => words.iter_mut().collect(),
            ServerUnreachable { detail, .. } | ServerTls { detail, .. } | AnswerUnreadable { detail, .. } => vec![detail],
            Redirected { host } => vec![host],
            IssuerMismatch { got, .. } => vec![got],
            _ => Vec::new(),
        }
    }

    /// Whether the answer says nothing about token, client or account, because something other than the API gave it, or because it has
    /// no reason. Nothing changes then, and the same request is sent again later.
    pub fn is_in_between(&self) -> bool {
        matches!(
            self,
            Error::Intermediary { .. } | Error::SilentRefusals { .. } | Error::Redirected { .. }
        )
    }

    /// Whether the request may have reached the server although no answer came back: what it asked for may have been done.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Error::ServerUnreachable { sent, .. } => *sent,
            Error::Refused { status, .. } => *status >= 500,
            // A page instead of an answer may come from something on the way back; what refuses a request lets nothing through.
            Error::Intermediary { kind, status, .. } => *status < 300 || (*kind == Intermediary::Page && *status >= 500),
            Error::AnswerUnreadable { .. } | Error::AnswerTooLarge { .. } => true,
            _ => false,
        }
    }

    /// After how many seconds to retry, if the answer says so.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Error::Refused { retry_after, .. } | Error::Intermediary { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Code {
    /// Whether the platform or an interrupted renewal has ended the token for good. It is never sent again.
    pub fn is_final(self) -> bool {
        matches!(self, Code::TokenDead | Code::Interrupted)
    }

    /// Whether the token has ended, also by its expiry, which a wrong clock may have misjudged. A new login replaces it.
    pub fn ends_token(self) -> bool {
        self.is_final() || self == Code::TokenExpired
    }

    /// Whether only a new login helps.
    pub fn needs_login(self) -> bool {
        self.ends_token()
            || matches!(
                self,
                Code::NotExtended | Code::NotRenewable | Code::SecretMissing | Code::MissingPermission
            )
    }

    /// Whether the trouble may pass without a person doing anything.
    pub fn passes(self) -> bool {
        self.is_of_network()
            || matches!(
                self,
                Code::Transient
                    | Code::RateLimited
                    | Code::TooYoung
                    | Code::ServerTls
                    | Code::AnswerUnreadable
                    | Code::AnswerTooLarge
                    | Code::Redirected
                    | Code::Disk
                    | Code::ProxyPassword
                    | Code::BotCheck
                    | Code::CaptivePortal
                    | Code::WebPage
                    | Code::SilentRefusal
                    | Code::AccountPending
                    | Code::KeychainLocked
                    | Code::KeychainSilent
                    | Code::KeychainMissing
                    | Code::KeychainRefused
                    | Code::PassphraseNeeded
                    | Code::Internal
            )
    }

    /// Whether the request never reached the platform because of the network on the way.
    pub fn is_of_network(self) -> bool {
        matches!(
            self,
            Code::Offline | Code::ServerNotFound | Code::ServerUnreachable | Code::ProxyUnreachable | Code::ProxyRefused
        )
    }
}
