//! Open consent pages. Each has a random ticket that only the page knows, so that another page cannot press its button.

use std::collections::VecDeque;

use crate::random;

/// How many pages are open at most; the oldest ones go.
const OPEN: usize = 256;

/// An open consent page: its request, and the result of its button. Pressing the button twice gives the same result.
pub struct Ticket<R, A = String> {
    id: String,
    pub request: R,
    pub answer: Option<A>,
}

/// The open consent pages.
pub struct Tickets<R, A = String>(VecDeque<Ticket<R, A>>);

impl<R, A> Tickets<R, A> {
    pub fn new() -> Tickets<R, A> {
        Tickets(VecDeque::new())
    }

    /// Opens a page and gives its ticket.
    pub fn open(&mut self, request: R) -> String {
        if self.0.len() == OPEN {
            self.0.pop_front();
        }
        let id = random::url43();
        self.0.push_back(Ticket {
            id: id.clone(),
            request,
            answer: None,
        });
        id
    }

    /// The page of a ticket.
    pub fn find(&mut self, id: &str) -> Option<&mut Ticket<R, A>> {
        self.0.iter_mut().find(|ticket| ticket.id == id)
    }

    /// Closes all pages.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
