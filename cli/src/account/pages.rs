//! An account's sub-accounts (Pages): lists them, and saves those that the person picks.

use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::SubAccountView;
use serde_json::json;

use super::offered;
use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{account, label};
use crate::terminal::{Terminal, one_line, output};

/// An account's Pages.
#[derive(Debug, clap::Args)]
pub struct Pages {
    /// The account, as in `facebook/ada`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// Saves this Page, by its ID or its name; may be repeated
    #[arg(long, value_name = "PAGE")]
    pub keep: Vec<String>,
    /// Saves all of them
    #[arg(long, conflicts_with = "keep")]
    pub keep_all: bool,
    /// Prints the list as a JSON array instead
    #[arg(long, conflicts_with_all = ["keep", "keep_all"])]
    pub json: bool,
}

/// Prints a line for each Page: its ID, its name and `saved` or `-`, separated by tabs. For each Page that it saves, prints `added`,
/// `account` and the new account's name.
///
/// # Errors
/// [`Failure::NotOffered`] where accounts have no Pages, [`Failure::Unknown`] for a Page that is not listed; the keeper's.
pub async fn pages(keeper: &Keeper, terminal: &Terminal, wanted: Pages) -> Result<ExitCode, Failure> {
    let found = account(keeper, &wanted.name)?;
    offered(keeper, &found, |p| p.has_sub_accounts && found.parent.is_none())?;
    let all = keeper.sub_accounts(&found.id).await?;
    if all.is_empty() && !wanted.json {
        let say = |id: &str| terminal.words(id, &[]);
        terminal.say(&format!("{} {}", say("pages-none"), say("pages-none-why")));
    }
    let mut out = output();
    if wanted.keep.is_empty() && !wanted.keep_all {
        let written = match wanted.json {
            true => {
                let pages = all
                    .iter()
                    .map(|page| json!({"id": page.id, "name": page.name, "tasks": page.tasks, "saved": page.kept}));
                writeln!(out, "{:#}", json!(pages.collect::<Vec<_>>()))
            }
            false => all.iter().try_for_each(|page| {
                let saved = if page.kept { "saved" } else { "-" };
                writeln!(out, "{}\t{}\t{saved}", page.id, one_line(&page.name))
            }),
        };
        written.map_err(Failure::print)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut picked = Vec::new();
    for typed in &wanted.keep {
        let known = || all.iter().map(described).collect();
        let page = all.iter().find(|page| page.id == *typed);
        let page = page.or_else(|| named(&all, typed));
        picked.push(page.ok_or_else(|| Failure::Unknown(typed.clone(), known()))?.id.clone());
    }
    if wanted.keep_all {
        picked = all.iter().map(|page| page.id.clone()).collect();
    }
    for id in keeper.keep_sub_accounts(&found.id, &picked).await? {
        let name = label(&account(keeper, &id)?);
        ignore_closed_output(writeln!(out, "added\taccount\t{name}").map_err(Failure::print))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The only Page of this name.
fn named<'a>(all: &'a [SubAccountView], typed: &str) -> Option<&'a SubAccountView> {
    let mut same = all.iter().filter(|page| page.name.to_lowercase() == typed.to_lowercase());
    same.next().filter(|_| same.next().is_none())
}

fn described(page: &SubAccountView) -> String {
    format!("{} ({})", page.name, page.id)
}
