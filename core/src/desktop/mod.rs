//! What a desktop shows outside the window, and when: without any library of a desktop.
//!
//! `surface` what a desktop has to offer for that · `attend` keeps the tray and the notifications up to date, and does what is clicked ·
//! `tray` the tray's menu, `toast` a notification, as plain values · `wording` their texts · `logs` a log for programs that have no
//! terminal · `autostart` the entry by which the system starts the app at login · `certificate` the https redirect's, in the person's
//! certificate store. The app on Windows and macOS and the tray process on Linux have a surface each.

mod attend;
pub mod autostart;
pub mod certificate;
pub mod logs;
mod surface;
mod toast;
mod tray;
pub mod wording;

pub use self::attend::{Changes, Desktop, Refreshing};
pub use self::surface::Surface;
pub use self::toast::Toast;
pub use self::tray::{Click, Item, Line, TrayText};
