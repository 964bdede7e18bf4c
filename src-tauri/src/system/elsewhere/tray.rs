//! The tray: a menu of all accounts, redrawn when its texts change. The window never depends on it.

use std::sync::{Mutex, PoisonError};

use keybearer_core::desktop::{Click, Item, Line, TrayText};
use tauri::menu::{Menu, MenuBuilder, MenuItem, MenuItemBuilder, SubmenuBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Runtime};

use crate::system::{TRAY_IS_TEMPLATE, dress_tray, tray_icon};

const ID: &str = "keybearer";

/// The tray's present texts; none if there is no tray.
#[derive(Default)]
pub struct Shown(Mutex<Option<TrayText>>);

/// Makes the tray, which calls `on_click` for what is clicked. If that fails, the app continues without it.
pub fn make<R: Runtime>(app: &AppHandle<R>, text: TrayText, on_click: fn(&AppHandle<R>, Click)) {
    let build = || -> tauri::Result<()> {
        let tray = TrayIconBuilder::with_id(ID)
            .menu(&menu(app, &text)?)
            .icon(tray_icon(text.attention))
            .tooltip("Keybearer")
            .on_menu_event(move |app, event| {
                if let Some(click) = Click::of(event.id().as_ref()) {
                    on_click(app, click);
                }
            });
        dress_tray(tray).build(app).map(drop)
    };
    match build() {
        Ok(()) => *shown(app) = Some(text),
        Err(error) => tracing::warn!(%error, "no tray"),
    }
}

/// Whether the person can see the tray.
pub fn is_seen<R: Runtime>(app: &AppHandle<R>) -> bool {
    shown(app).is_some()
}

/// Redraws it, if its texts have changed.
pub fn update<R: Runtime>(app: &AppHandle<R>, new: TrayText) {
    let old = shown(app).clone();
    let Some(old) = old.filter(|old| *old != new) else { return };
    let handle = app.clone();
    let drawn = app.run_on_main_thread(move || {
        let Some(tray) = handle.tray_by_id(ID) else { return };
        let draw = || -> tauri::Result<()> {
            tray.set_menu(Some(menu(&handle, &new)?))?;
            if new.attention != old.attention {
                tray.set_icon_with_as_template(Some(tray_icon(new.attention)), TRAY_IS_TEMPLATE)?;
            }
            Ok(())
        };
        match draw() {
            Ok(()) => *shown(&handle) = Some(new),
            Err(error) => tracing::warn!(%error, "the tray was not drawn"),
        }
    });
    if let Err(error) = drawn {
        tracing::warn!(%error, "the tray was not drawn");
    }
}

fn shown<R: Runtime>(app: &AppHandle<R>) -> std::sync::MutexGuard<'_, Option<TrayText>> {
    app.state::<Shown>().inner().0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn menu<R: Runtime>(app: &AppHandle<R>, text: &TrayText) -> tauri::Result<Menu<R>> {
    let mut menu = MenuBuilder::new(app);
    for line in &text.lines {
        menu = match line {
            Line::Item(line) => menu.item(&item(app, line)?),
            Line::Separator => menu.separator(),
            Line::Account { title, items } => {
                let mut submenu = SubmenuBuilder::new(app, literal(title));
                for line in items {
                    submenu = submenu.item(&item(app, line)?);
                }
                menu.item(&submenu.build()?)
            }
        };
    }
    menu.build()
}

fn item<R: Runtime>(app: &AppHandle<R>, item: &Item) -> tauri::Result<MenuItem<R>> {
    MenuItemBuilder::with_id(item.click.id(), &item.label).build(app)
}

/// Escapes a text for a label, in which `&` marks an access key. (The menu library itself escapes GTK's `_`.)
fn literal(text: &str) -> String {
    text.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tauri::image::Image;

    /// The icons with a tile of their own, without and with the mark.
    const WELL: Image<'_> = tauri::include_image!("icons/tray.png");
    const ATTENTION: Image<'_> = tauri::include_image!("icons/tray-attention.png");

    /// WCAG 2.2, 1.4.11: the minimum contrast of a graphic.
    const ENOUGH: f64 = 3.0;

    const BRASS: fn(&[u8]) -> bool = |p| p[0] > 200 && (130..220).contains(&p[1]) && p[2] < 120;
    const INK: fn(&[u8]) -> bool = |p| p[3] == 255 && p[..3].iter().all(|c| *c < 64);
    const RED: fn(&[u8]) -> bool = |p| p[0] > 200 && p[1] < 60 && p[2] < 60;
    const WHITE: fn(&[u8]) -> bool = |p| p.iter().all(|c| *c > 250);

    /// The relative luminances of all such pixels: the darkest, the lightest.
    fn light(icon: &Image<'_>, of: fn(&[u8]) -> bool) -> (f64, f64) {
        let linear = |c: u8| match f64::from(c) / 255.0 {
            c if c <= 0.04045 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        };
        let all = icon.rgba().chunks(4).filter(|p| of(p));
        let all: Vec<f64> = all
            .map(|p| 0.2126 * linear(p[0]) + 0.7152 * linear(p[1]) + 0.0722 * linear(p[2]))
            .collect();
        assert!(all.len() > 50, "the icon has it");
        (all.iter().copied().fold(1.0, f64::min), all.iter().copied().fold(0.0, f64::max))
    }

    /// How far the nearest pixel that lets the panel through is from such a pixel.
    fn distance(icon: &Image<'_>, of: fn(&[u8]) -> bool) -> f64 {
        let width = icon.width() as usize;
        let places = |of: &dyn Fn(&[u8]) -> bool| -> Vec<(f64, f64)> {
            let all = icon.rgba().chunks(4).enumerate().filter(|(_, p)| of(p));
            all.map(|(at, _)| ((at % width) as f64, (at / width) as f64)).collect()
        };
        let panel = places(&|p| p[3] < 255);
        let nearest = |(x, y): (f64, f64)| panel.iter().map(move |(a, b)| (a - x).hypot(b - y)).fold(f64::MAX, f64::min);
        places(&|p| of(p)).into_iter().map(nearest).fold(f64::MAX, f64::min)
    }

    #[test]
    fn the_icon_reads_on_any_panel() {
        let contrast = |lighter: f64, darker: f64| (lighter + 0.05) / (darker + 0.05);
        for icon in [WELL, ATTENTION] {
            let key = contrast(light(&icon, BRASS).0, light(&icon, INK).1);
            assert!(key >= ENOUGH, "the key on its tile: {key}");
            // A panel's icon is a third as large: this is a whole pixel of it.
            assert!(distance(&icon, BRASS) >= 3.0, "the key touches the panel");
        }
        let mark = contrast(light(&ATTENTION, WHITE).0, light(&ATTENTION, RED).1);
        assert!(mark >= ENOUGH, "the mark in its ring: {mark}");
        let ring = contrast(light(&ATTENTION, WHITE).0, light(&ATTENTION, INK).1);
        assert!(ring >= ENOUGH, "the ring on the tile: {ring}");
    }
}
