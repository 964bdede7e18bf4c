//! The code of each error: a closed list. Exit codes, remedies and locales are chosen by it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use super::{Error, Intermediary as Kind};

/// Makes the enum of codes together with their text and the list of all of them.
macro_rules! codes {
    ($($name:ident => $text:literal,)*) => {
        /// The code of an error. A shell chooses its sentences, its buttons and its exit code by it.
        ///
        /// In JSON it is its text, as in `port-taken`. A text that this program does not know (a newer one wrote it) reads as
        /// [`Code::Refused`], whose sentence leaves the explanation to the details.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, TS)]
        #[allow(missing_docs)] // Each is explained by its error and its sentences.
        pub enum Code {
            $(
                #[serde(rename = $text)]
                #[ts(rename = $text)]
                $name,
            )*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// Its text: lower-case words with hyphens.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)*
                }
            }

            fn read(text: &str) -> Option<Code> {
                match text {
                    $($text => Some(Code::$name),)*
                    // The word of 0.1.0.
                    "door-unavailable" => Some(Code::RedirectUnavailable),
                    _ => None,
                }
            }
        }
    };
}

codes! {
    ServerNameInvalid => "server-name-invalid",
    ServerNotHttps => "server-not-https",
    ServerNotFound => "server-not-found",
    ServerUnreachable => "server-unreachable",
    ServerTls => "server-tls",
    ServerUnknown => "server-unknown",
    OtherSoftware => "other-software",
    ServerUnderPath => "server-under-path",
    ServerWithoutHttps => "server-without-https",
    ServerMissing => "server-missing",
    Offline => "offline",
    ProxyInvalid => "proxy-invalid",
    ProxyUnreachable => "proxy-unreachable",
    ProxyDenied => "proxy-denied",
    ProxyRefused => "proxy-refused",
    RegistrationRefused => "registration-refused",
    PortTaken => "port-taken",
    RedirectUnavailable => "redirect-unavailable",
    BrowserNotOpened => "browser-not-opened",
    Denied => "denied",
    Cancelled => "cancelled",
    TimedOut => "timed-out",
    NoLoginWaiting => "no-login-waiting",
    DeniedWithoutState => "denied-without-state",
    AnswerWithoutState => "answer-without-state",
    IssuerMismatch => "issuer-mismatch",
    IssuerMissing => "issuer-missing",
    PasteEmpty => "paste-empty",
    PasteAuthorizePage => "paste-authorize-page",
    PasteToken => "paste-token",
    PasteOtherAddress => "paste-other-address",
    PasteWrongState => "paste-wrong-state",
    PasteNoState => "paste-no-state",
    PasteNoCode => "paste-no-code",
    RedirectDiffers => "redirect-differs",
    RelayNotHttps => "relay-not-https",
    RelayDiffers => "relay-differs",
    RelayMissing => "relay-missing",
    RelayExposed => "relay-exposed",
    CertificateStore => "certificate-store",
    HostsChanged => "hosts-changed",
    TokenUnknown => "token-unknown",
    SeveralTokens => "several-tokens",
    TokenExpired => "token-expired",
    NotRenewable => "not-renewable",
    RenewalNotNeeded => "renewal-not-needed",
    NotExtended => "not-extended",
    Interrupted => "interrupted",
    Paused => "paused",
    OnHold => "on-hold",
    ClockWrong => "clock-wrong",
    ProxyPassword => "proxy-password",
    BotCheck => "bot-check",
    CaptivePortal => "captive-portal",
    WebPage => "web-page",
    SilentRefusal => "silent-refusal",
    SilentRefusals => "silent-refusals",
    RedirectMismatch => "redirect-mismatch",
    RedirectNotRegistered => "redirect-not-registered",
    AnswerUnreadable => "answer-unreadable",
    AnswerTooLarge => "answer-too-large",
    Redirected => "redirected",
    KeychainMissing => "keychain-missing",
    KeychainLocked => "keychain-locked",
    KeychainSilent => "keychain-silent",
    KeychainRefused => "keychain-refused",
    PassphraseWrong => "passphrase-wrong",
    PassphraseNeeded => "passphrase-needed",
    PassphraseShort => "passphrase-short",
    SecretMissing => "secret-missing",
    FileForeign => "file-foreign",
    FileDamaged => "file-damaged",
    FileNewer => "file-newer",
    DeliveryUnknown => "delivery-unknown",
    DeliveryUnconfirmed => "delivery-unconfirmed",
    EnvLineUnclear => "env-line-unclear",
    FileSealed => "file-sealed",
    EnvFileForeign => "env-file-foreign",
    FileNowhere => "file-nowhere",
    DeliveryUnseen => "delivery-unseen",
    DeliveryDenied => "delivery-denied",
    DeliveryNowhere => "delivery-nowhere",
    DeliveryRefused => "delivery-refused",
    DeliveryConflict => "delivery-conflict",
    DeliveryMoved => "delivery-moved",
    DeliveryReplaced => "delivery-replaced",
    DeliverySso => "delivery-sso",
    DeliveryBlind => "delivery-blind",
    DeliveryStandby => "delivery-standby",
    CommandMissing => "command-missing",
    CommandFailed => "command-failed",
    CommandSlow => "command-slow",
    BookNewer => "book-newer",
    BookUnreadable => "book-unreadable",
    Disk => "disk",
    NoLocks => "no-locks",
    FolderElsewhere => "folder-elsewhere",
    PostMissing => "post-missing",
    PostTooLong => "post-too-long",
    PostUnclear => "post-unclear",
    PostUnderWay => "post-under-way",
    AccountUnknown => "account-unknown",
    ClientUnknown => "client-unknown",
    ClientInUse => "client-in-use",
    LoginUnknown => "login-unknown",
    ProviderUnknown => "provider-unknown",
    PracticeOver => "practice-over",
    ProviderFile => "provider-file",
    InputInvalid => "input-invalid",
    AlreadyRunning => "already-running",
    NotInApplications => "not-in-applications",
    Clipboard => "clipboard",
    Internal => "internal",
    WrongAppId => "wrong-app-id",
    CodeSpent => "code-spent",
    NotATester => "not-a-tester",
    ClientAuth => "client-auth",
    TokenDead => "token-dead",
    Checkpoint => "checkpoint",
    EmailUnconfirmed => "email-unconfirmed",
    AccountPending => "account-pending",
    AccountSuspended => "account-suspended",
    MissingPermission => "missing-permission",
    EnrolmentOrPayment => "enrolment-or-payment",
    TooYoung => "too-young",
    RateLimited => "rate-limited",
    Transient => "transient",
    Refused => "refused",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Code::read(&text).unwrap_or(Code::Refused))
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == *text
    }
}

impl Error {
    /// Its code.
    pub fn code(&self) -> Code {
        use Error::*;
        match self {
            ServerNameInvalid { .. } => Code::ServerNameInvalid,
            ServerNotHttps { .. } => Code::ServerNotHttps,
            ServerNotFound { .. } => Code::ServerNotFound,
            ServerUnreachable { .. } => Code::ServerUnreachable,
            ServerTls { .. } => Code::ServerTls,
            ServerUnknown { .. } => Code::ServerUnknown,
            OtherSoftware { .. } => Code::OtherSoftware,
            ServerUnderPath { .. } => Code::ServerUnderPath,
            ServerWithoutHttps { .. } => Code::ServerWithoutHttps,
            ServerMissing { .. } => Code::ServerMissing,
            Offline { .. } => Code::Offline,
            ProxyInvalid { .. } => Code::ProxyInvalid,
            ProxyUnreachable { .. } => Code::ProxyUnreachable,
            ProxyDenied { .. } => Code::ProxyDenied,
            ProxyRefused { .. } => Code::ProxyRefused,
            RegistrationRefused { .. } => Code::RegistrationRefused,
            PortTaken { .. } => Code::PortTaken,
            RedirectUnavailable { .. } => Code::RedirectUnavailable,
            BrowserNotOpened { .. } => Code::BrowserNotOpened,
            Denied { .. } => Code::Denied,
            Cancelled => Code::Cancelled,
            TimedOut { .. } => Code::TimedOut,
            NoLoginWaiting => Code::NoLoginWaiting,
            DeniedWithoutState { .. } => Code::DeniedWithoutState,
            AnswerWithoutState => Code::AnswerWithoutState,
            IssuerMismatch { .. } => Code::IssuerMismatch,
            IssuerMissing { .. } => Code::IssuerMissing,
            PasteEmpty => Code::PasteEmpty,
            PasteAuthorizePage => Code::PasteAuthorizePage,
            PasteToken => Code::PasteToken,
            PasteOtherAddress { .. } => Code::PasteOtherAddress,
            PasteWrongState => Code::PasteWrongState,
            PasteNoState => Code::PasteNoState,
            PasteNoCode => Code::PasteNoCode,
            RedirectDiffers { .. } => Code::RedirectDiffers,
            RelayNotHttps { .. } => Code::RelayNotHttps,
            RelayDiffers { .. } => Code::RelayDiffers,
            RelayMissing => Code::RelayMissing,
            RelayExposed => Code::RelayExposed,
            CertificateStore { .. } => Code::CertificateStore,
            HostsChanged { .. } => Code::HostsChanged,
            TokenUnknown { .. } => Code::TokenUnknown,
            SeveralTokens => Code::SeveralTokens,
            TokenExpired => Code::TokenExpired,
            NotRenewable => Code::NotRenewable,
            RenewalNotNeeded { .. } => Code::RenewalNotNeeded,
            NotExtended => Code::NotExtended,
            Interrupted => Code::Interrupted,
            Paused => Code::Paused,
            OnHold => Code::OnHold,
            ClockWrong { .. } => Code::ClockWrong,
            Refused { category, .. } => category.code(),
            Intermediary { kind: Kind::Password, .. } => Code::ProxyPassword,
            Intermediary { kind: Kind::BotCheck, .. } => Code::BotCheck,
            Intermediary { kind: Kind::Portal, .. } => Code::CaptivePortal,
            Intermediary { kind: Kind::Page, .. } => Code::WebPage,
            Intermediary { kind: Kind::Silent, .. } => Code::SilentRefusal,
            SilentRefusals { .. } => Code::SilentRefusals,
            RedirectRefused { registered: true, .. } => Code::RedirectMismatch,
            RedirectRefused { registered: false, .. } => Code::RedirectNotRegistered,
            AnswerUnreadable { .. } => Code::AnswerUnreadable,
            AnswerTooLarge { .. } => Code::AnswerTooLarge,
            Redirected { .. } => Code::Redirected,
            KeychainMissing => Code::KeychainMissing,
            KeychainLocked => Code::KeychainLocked,
            KeychainSilent => Code::KeychainSilent,
            KeychainRefused { .. } => Code::KeychainRefused,
            PassphraseWrong => Code::PassphraseWrong,
            PassphraseNeeded => Code::PassphraseNeeded,
            PassphraseShort => Code::PassphraseShort,
            SecretMissing => Code::SecretMissing,
            FileForeign => Code::FileForeign,
            FileDamaged => Code::FileDamaged,
            FileNewer => Code::FileNewer,
            DeliveryUnknown => Code::DeliveryUnknown,
            DeliveryUnconfirmed => Code::DeliveryUnconfirmed,
            EnvLineUnclear { .. } => Code::EnvLineUnclear,
            FileSealed { .. } => Code::FileSealed,
            EnvFileForeign { .. } => Code::EnvFileForeign,
            FileNowhere { .. } => Code::FileNowhere,
            DeliveryUnseen { .. } => Code::DeliveryUnseen,
            DeliveryDenied { .. } => Code::DeliveryDenied,
            DeliveryNowhere { .. } => Code::DeliveryNowhere,
            DeliveryRefused { .. } => Code::DeliveryRefused,
            DeliveryConflict { .. } => Code::DeliveryConflict,
            DeliveryMoved { .. } => Code::DeliveryMoved,
            DeliveryReplaced { .. } => Code::DeliveryReplaced,
            DeliverySso { .. } => Code::DeliverySso,
            DeliveryBlind { .. } => Code::DeliveryBlind,
            DeliveryStandby { .. } => Code::DeliveryStandby,
            CommandMissing { .. } => Code::CommandMissing,
            CommandFailed { .. } => Code::CommandFailed,
            CommandSlow { .. } => Code::CommandSlow,
            BookNewer { .. } => Code::BookNewer,
            BookUnreadable { .. } => Code::BookUnreadable,
            Disk { .. } => Code::Disk,
            NoLocks { .. } => Code::NoLocks,
            FolderElsewhere { .. } => Code::FolderElsewhere,
            PostMissing => Code::PostMissing,
            PostTooLong { .. } => Code::PostTooLong,
            PostUnclear => Code::PostUnclear,
            PostUnderWay => Code::PostUnderWay,
            AccountUnknown => Code::AccountUnknown,
            ClientUnknown => Code::ClientUnknown,
            ClientInUse => Code::ClientInUse,
            LoginUnknown => Code::LoginUnknown,
            ProviderUnknown { .. } => Code::ProviderUnknown,
            PracticeOver => Code::PracticeOver,
            ProviderFile { .. } => Code::ProviderFile,
            InputInvalid { .. } => Code::InputInvalid,
            AlreadyRunning => Code::AlreadyRunning,
            NotInApplications => Code::NotInApplications,
            Clipboard { .. } => Code::Clipboard,
            Internal { .. } => Code::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Code;

    #[test]
    fn each_code_reads_back_from_its_text_and_an_unknown_one_is_a_refusal() {
        for code in Code::ALL {
            let text = serde_json::to_string(code).unwrap();
            assert_eq!(text, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<Code>(&text).unwrap(), *code);
        }
        assert_eq!(serde_json::from_str::<Code>("\"from-the-future\"").unwrap(), Code::Refused);
        assert_eq!(
            serde_json::from_str::<Code>("\"door-unavailable\"").unwrap(),
            Code::RedirectUnavailable
        );
    }
}
