//! The doors' own test: a redirect of our own, sent through the system's browser or link handler.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::Keeper;
use crate::error::{Error, ErrorView};
use crate::oauth2;
use crate::provider::{Callback, DoorKind, Port};
use crate::redirect::SCHEME;
use crate::redirect::waiting::{Arrival, Expected};
use crate::system::ports::is_listened_to;
use crate::view::DoorTest;

/// A door's self-test is answered by this machine alone; a browser that has to start takes a few seconds.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

impl Keeper {
    /// The ports that stand in platforms' consoles and that another program has on this machine now.
    pub async fn taken_ports(&self) -> Vec<ErrorView> {
        let doors = self.desk.registry.iter().flat_map(|e| &e.provider.doors);
        let fixed: BTreeSet<u16> = doors
            .filter_map(|d| if let Port::Fixed(port) = d.port { Some(port) } else { None })
            .collect();
        let mut taken = Vec::new();
        for port in fixed {
            let refused = self.desk.doors.open(Some(port)).await.err();
            // The system lends such ports to connections, too, which end by themselves.
            taken.extend(refused.filter(|_| is_listened_to(port)).map(|e| e.view()));
        }
        taken
    }

    /// Proves that a door works on this machine: sends a redirect of our own through the system's browser or link handler.
    pub async fn test_door(&self, door: DoorKind) -> DoorTest {
        let state = oauth2::random();
        let way = match door {
            DoorKind::Loopback => self
                .desk
                .doors
                .open(None)
                .await
                .map(|open| (format!("http://127.0.0.1:{}/self-test", open.port), Some(open))),
            DoorKind::HttpsLoopback => match self.certificate().await {
                Ok(certificate) => self.desk.doors.open_https(None, &certificate).await,
                Err(error) => Err(error),
            }
            .map(|open| (format!("https://127.0.0.1:{}/self-test", open.port), Some(open))),
            DoorKind::DeepLink => Ok((format!("{SCHEME}://callback/self-test"), None)),
            _ => Err(Error::InputInvalid { field: "door".into() }),
        };
        let (address, _open) = match way {
            Ok(way) => way,
            Err(error) => {
                return DoorTest {
                    door,
                    ok: false,
                    error: Some(error.view()),
                    address: String::new(),
                };
            }
        };
        let test = async {
            let authorize = Url::parse(&address).map_err(|e| Error::Internal { detail: e.to_string() })?;
            let expected = Expected {
                state: state.clone(),
                redirect_uri: address.clone(),
                forwarded: None,
                authorize,
                issuer: String::new(),
                issuer_required: false,
                own_address: true,
                callback: Callback::default(),
                tokens: Vec::new(),
            };
            let mut place = self.desk.waiting.expect(&format!("self-test {state}"), expected);
            (self.desk.outside.browser)(&format!("{address}?code=self-test&state={state}"))?;
            let silent = |_| Error::DoorUnavailable {
                door: name_of_door(door),
                detail: "nothing came back".into(),
            };
            // At the https door a person may have to click past the browser's warning.
            let patience = if door == DoorKind::HttpsLoopback {
                TEST_PATIENCE * 6
            } else {
                TEST_PATIENCE
            };
            match tokio::time::timeout(patience, place.arrivals.recv()).await.map_err(silent)? {
                Some(Arrival::Answer(answer)) => answer.map(drop),
                _ => Err(Error::NobodyWaits),
            }
        };
        let error = test.await.err().map(|e: Error| e.view());
        DoorTest {
            door,
            ok: error.is_none(),
            error,
            address,
        }
    }
}

fn name_of_door(door: DoorKind) -> &'static str {
    match door {
        DoorKind::Loopback => "loopback",
        DoorKind::Localhost => "localhost",
        DoorKind::HttpsLoopback => "https-loopback",
        DoorKind::DeepLink => "deep-link",
        DoorKind::Relay => "relay",
        DoorKind::Paste => "paste",
        DoorKind::Oob => "oob",
    }
}
