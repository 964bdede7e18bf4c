//! How many places are listed.

use std::collections::HashSet;

/// Room for so many places, and beyond that for the first one of each secret, so that none goes unnamed.
#[derive(Debug)]
pub struct Room {
    left: usize,
    secrets: HashSet<usize>,
}

impl Room {
    pub fn new(most: usize) -> Room {
        Room {
            left: most,
            secrets: HashSet::new(),
        }
    }

    /// Whether there is room for one more place of a secret, which takes it.
    pub fn takes(&mut self, secret: usize) -> bool {
        let is_first = self.secrets.insert(secret);
        let has_room = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_first || has_room
    }
}
