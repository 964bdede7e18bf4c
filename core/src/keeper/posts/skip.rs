//! Steps over a status that the server cannot give: each page with it is an error. Smaller pages come close to it; then the range
//! of ids in which answers turn into errors is halved until one id is left. The export goes on below it.

use url::Url;

use crate::ask::{Next, Page, Statuses};
use crate::error::{Category, Error, Result};
use crate::keeper::posts::ids::Space;
use crate::keeper::posts::retry::{Waits, may_be_one_status};
use crate::keeper::posts::run::Run;
use crate::keeper::{lock, or_cancelled};
use crate::view::SkippedView;

/// By how much each step of the search is wider than the one before.
const STRIDE: u128 = 16;

/// The search near a status that the server cannot give.
struct Near<'a, 'b> {
    run: &'a mut Run,
    statuses: &'a Statuses<'b>,
    space: Space,
}

/// What is left to do between two numbers, the newest first.
enum Task {
    Look(u128, u128),
    Put(Page),
}

impl Run {
    /// Steps over what makes this page fail, and answers with the page to go on with; none where the limit is reached.
    ///
    /// # Errors
    /// The given one, where one status is not the cause, or it cannot be stepped over.
    pub(in crate::keeper) async fn around(
        &mut self,
        statuses: &Statuses<'_>,
        user_id: &str,
        at: &Url,
        error: Error,
    ) -> Result<Option<Url>> {
        let bound = lock(&self.writer).bound().or_else(|| statuses.bound_of(at));
        if !may_be_one_status(&error) || !statuses.knows_ids() {
            return Err(error);
        }
        let example = match &bound {
            Some(id) => Some(id.clone()),
            None => self.oldest(statuses).await?,
        };
        // Most servers have ids of one kind.
        let Some(space) = Space::of(example.as_deref().unwrap_or(user_id)) else {
            return Err(error);
        };
        let mut near = Near {
            run: self,
            statuses,
            space,
        };
        // Nothing is below the first id: a server that fails there as well is in trouble, and is waited for.
        let alive = match near.is_alive().await {
            Err(Error::Refused {
                category: Category::Refused,
                ..
            }) => return Err(error),
            alive => alive?,
        };
        if !alive {
            let mut waits = Waits::after_one();
            self.wait(&mut waits, error).await?;
            while let Err(error) = or_cancelled(&self.cancelled, statuses.page(at)).await {
                self.wait(&mut waits, error).await?;
            }
            return Ok(Some(at.clone()));
        }
        match near.step_over(bound).await {
            Ok(Some(next)) => Ok(next),
            // The server does not accept made-up ids, or it can give nothing at all.
            Ok(None)
            | Err(Error::Refused {
                category: Category::Refused,
                ..
            }) => Err(error),
            Err(other) => Err(other),
        }
    }

    /// The id of the oldest status, if the server can give it.
    async fn oldest(&self, statuses: &Statuses<'_>) -> Result<Option<String>> {
        let Some(at) = statuses.part(None, Some("0"), 1) else {
            return Ok(None);
        };
        match or_cancelled(&self.cancelled, statuses.page(&at)).await {
            Ok(page) => Ok(first_id(&page)),
            Err(Error::Cancelled) => Err(Error::Cancelled),
            Err(_) => Ok(None),
        }
    }
}

impl Near<'_, '_> {
    /// Gets close to the status with smaller pages, and steps over it. None where that is impossible.
    async fn step_over(&mut self, mut bound: Option<String>) -> Result<Option<Option<Url>>> {
        let whole = self.statuses.page_size();
        let (mut size, mut left) = ((whole / 2).max(1), whole);
        while left > 0 {
            let Some(page) = self.part(bound.as_deref(), None, size).await? else {
                if size == 1 {
                    return self.step_over_one(bound).await;
                }
                size /= 2;
                continue;
            };
            let given = page.given() as u64;
            // The link of a page that is empty after filtering shows how far it goes.
            let by_link = match &page.next {
                Next::At(next) => self.statuses.bound_of(next),
                _ => None,
            };
            let reached = page.last_id().map(str::to_owned).or(by_link);
            // The page shows which kind of ids the server has.
            if let Some(space) = reached.as_deref().and_then(Space::of) {
                self.space = space;
            }
            // The same page again leads no further.
            if reached.is_some() && reached == bound {
                return Ok(None);
            }
            if let Some(enough) = self.put(page).await? {
                return Ok(Some(enough));
            }
            left = if reached.is_none() { 0 } else { left.saturating_sub(given.max(1)) };
            bound = reached.or(bound);
        }
        Ok(Some(self.from(bound.as_deref())))
    }

    /// Steps over the status right below this id.
    async fn step_over_one(&mut self, bound: Option<String>) -> Result<Option<Option<Url>>> {
        let (space, least) = (self.space, self.space.least());
        let top = bound.as_deref().map_or(Some(space.most()), |id| space.number(id));
        let Some(top) = top.filter(|top| *top > least) else {
            return Ok(None);
        };
        // Ids of another kind would all be above, or all below.
        if bound.is_none() && self.older(top).await?.is_some() {
            return Ok(None);
        }
        // A page below `fails` fails; a page below `works` works.
        let (mut fails, mut step) = (top, 1_u128);
        let (mut works, mut below) = loop {
            let number = top.saturating_sub(step).max(least);
            match self.older(number).await? {
                Some(page) => break (number, first_id(&page)),
                None if number == least => return Ok(None),
                None => fails = number,
            }
            step = step.saturating_mul(STRIDE);
        };
        while fails - works > 1 {
            let middle = works + (fails - works) / 2;
            match self.older(middle).await? {
                Some(page) => (works, below) = (middle, first_id(&page)),
                None => fails = middle,
            }
        }
        // If the server was in trouble meanwhile the answers are different now.
        let pause = async {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            Ok(())
        };
        or_cancelled(&self.run.cancelled, pause).await?;
        if self.older(works).await?.is_none() || self.older(fails).await?.is_some() {
            // The search may not be repeated without end.
            self.run.probes /= 2;
            return Ok(Some(self.from(bound.as_deref())));
        }
        let id = space.text(works);
        let mut skipped = Vec::new();
        if top - works == 1 {
            skipped.push(SkippedView::Status { id: id.clone() });
        } else if self.hears_both(works, below.as_deref().or(bound.as_deref())).await? {
            if !self.look_between(works, top, &mut skipped).await? {
                return Ok(None);
            }
            skipped.push(SkippedView::Status { id: id.clone() });
        } else {
            skipped.push(SkippedView::Between {
                newer: bound,
                older: below,
            });
        }
        tracing::warn!(?skipped, "the server cannot give these statuses");
        let next = self.from(Some(&id));
        let writer = self.run.writer.clone();
        let noted = self.run.keeper.blocking(move |_| {
            let next = next.clone();
            lock(&writer).skip(skipped, id, next.clone()).map(|()| next)
        });
        noted.await.map(Some)
    }

    /// Writes all between these numbers, and adds what the server cannot give, the newest first. False: the server is in trouble.
    async fn look_between(&mut self, low: u128, high: u128, skipped: &mut Vec<SkippedView>) -> Result<bool> {
        let space = self.space;
        let mut tasks = vec![Task::Look(low, high)];
        while let Some(task) = tasks.pop() {
            let (low, high) = match task {
                Task::Look(low, high) if high - low > 1 => (low, high),
                Task::Look(..) => continue,
                Task::Put(page) => {
                    self.put(page).await?;
                    continue;
                }
            };
            let (older_than, newer_than) = (space.text(high), space.text(low));
            match self.part(Some(&older_than), Some(&newer_than), self.statuses.page_size()).await? {
                Some(page) => {
                    let numbers: Vec<u128> = page
                        .ids()
                        .filter_map(|id| space.number(id))
                        .filter(|n| low < *n && *n < high)
                        .collect();
                    if let (Some(lowest), Some(highest)) = (numbers.iter().min(), numbers.iter().max()) {
                        // The page may have been cut.
                        tasks.extend([Task::Look(low, *lowest), Task::Put(page), Task::Look(*highest, high)]);
                    }
                }
                None if high - low == 2 && !self.is_alive().await? => return Ok(false),
                None if high - low == 2 => skipped.push(SkippedView::Status { id: space.text(low + 1) }),
                None => {
                    let middle = low + (high - low) / 2;
                    tasks.extend([Task::Look(low, middle + 1), Task::Look(middle, high)]);
                }
            }
        }
        Ok(true)
    }

    /// Whether the server hears both bounds of a page: between two numbers around one that it has it gives that one, and where
    /// nothing can be it gives nothing, although what is right below cannot be had.
    async fn hears_both(&mut self, fails_at: u128, has: Option<&str>) -> Result<bool> {
        let space = self.space;
        let Some(number) = has.and_then(|id| space.number(id)) else {
            return Ok(false);
        };
        let around = (space.text(number.saturating_add(1)), space.text(number.saturating_sub(1)));
        if self.statuses.part(Some(&around.0), Some(&around.1), 1).is_none() {
            return Ok(false);
        }
        let page = self.part(Some(&around.0), Some(&around.1), 1).await?;
        if page.is_none_or(|page| page.ids().ne(has)) {
            return Ok(false);
        }
        let nothing = (space.text(fails_at + 1), space.text(fails_at));
        let page = self.part(Some(&nothing.0), Some(&nothing.1), 1).await?;
        Ok(page.is_some_and(|page| page.given() == 0))
    }

    async fn is_alive(&mut self) -> Result<bool> {
        Ok(self.older(self.space.least()).await?.is_some())
    }

    /// The one status right below this number; none where that fails.
    async fn older(&mut self, number: u128) -> Result<Option<Page>> {
        let id = self.space.text(number);
        self.part(Some(&id), None, 1).await
    }

    /// A small page; none where it fails as a page with such a status does. Limits are waited for.
    async fn part(&mut self, older_than: Option<&str>, newer_than: Option<&str>, size: u64) -> Result<Option<Page>> {
        let Some(at) = self.statuses.part(older_than, newer_than, size) else {
            return Ok(None);
        };
        let mut waits = Waits::default();
        self.run.probes = self.run.probes.saturating_sub(1);
        loop {
            match or_cancelled(&self.run.cancelled, self.statuses.page(&at)).await {
                Ok(page) => return Ok(Some(page)),
                Err(error) if may_be_one_status(&error) => return if self.run.probes == 0 { Err(error) } else { Ok(None) },
                Err(error) => self.run.wait(&mut waits, error).await?,
            }
        }
    }

    /// Puts a page on the sheet. Some where enough is on it.
    async fn put(&mut self, page: Page) -> Result<Option<Option<Url>>> {
        let next = page.last_id().and_then(|id| self.from(Some(id)));
        let next = next.or_else(|| self.from(lock(&self.run.writer).bound().as_deref()));
        let count = self.run.write(page, next).await?;
        self.run.report_progress(count);
        Ok(self.run.plan.limit.is_some_and(|limit| count >= limit).then_some(None))
    }

    /// The address to go on from below this id.
    fn from(&self, bound: Option<&str>) -> Option<Url> {
        self.statuses.part(bound, None, self.statuses.page_size())
    }
}

fn first_id(page: &Page) -> Option<String> {
    page.ids().next().map(str::to_owned)
}
