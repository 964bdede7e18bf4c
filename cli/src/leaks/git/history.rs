//! Finds the first commit that has an object, and the path that it has there. Only asked where something was found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use super::object::{Commit, Id, Kind, entries, tagged};
use super::{Found, Repository, refs};

/// A longer path is cut: no file system has one.
const LONGEST_PATH: usize = 4096;

/// An object's place in the history.
pub struct Named {
    pub commit: Id,
    /// Empty for the commit itself and for its root.
    pub path: String,
    /// Whether a branch, a tag or the stash still leads to the commit; none if that is not known.
    pub reachable: Option<bool>,
}

/// The first commit of each object: of those that a branch or a tag leads to, otherwise of all.
pub fn first_commits(repository: &mut Repository, ids: &[Id], found: &Found) -> BTreeMap<Id, Named> {
    let id_length = repository.id_length;
    let mut commits = HashMap::new();
    for id in ids {
        let read = repository.object(id).and_then(|(_, content)| Commit::read(&content, id_length));
        if let Some(commit) = read {
            commits.insert(*id, commit);
        }
    }
    let reachable = reachable(repository, &commits);
    let ordered = ordered(&commits);
    let mut named = BTreeMap::new();
    let mut wanted: HashSet<Id> = found.keys().copied().collect();
    for (id, (kind, _)) in found {
        // An unreachable tag belongs to no commit; it is reported with the commit that it names.
        let commit = match kind {
            Kind::Commit => Some(*id),
            Kind::Tag => peeled(repository, *id).filter(|id| commits.contains_key(id)),
            _ => continue,
        };
        wanted.remove(id);
        if let Some(commit) = commit {
            let reachable = reachable.as_ref().map(|all| all.contains(&commit));
            let path = String::new();
            named.insert(*id, Named { commit, path, reachable });
        }
    }
    let is_reachable = |id: &Id| reachable.as_ref().is_none_or(|all| all.contains(id));
    let (first, then): (Vec<Id>, Vec<Id>) = ordered.into_iter().partition(is_reachable);
    let mut seen = HashSet::new();
    for id in first.into_iter().chain(then) {
        if wanted.is_empty() {
            break;
        }
        let Some(commit) = commits.get(&id) else { continue };
        let mut trees = vec![(commit.tree, String::new())];
        while let Some((tree, path)) = trees.pop() {
            // A tree that an earlier commit had was searched then.
            if !seen.insert(tree) {
                continue;
            }
            let mut name = |object: Id, path: String| {
                if wanted.remove(&object) {
                    let reachable = reachable.as_ref().map(|all| all.contains(&id));
                    named.insert(
                        object,
                        Named {
                            commit: id,
                            path,
                            reachable,
                        },
                    );
                }
            };
            name(tree, path.clone());
            let Some((Kind::Tree, content)) = repository.object(&tree) else {
                continue;
            };
            for entry in entries(&content, id_length) {
                let below = match path.is_empty() {
                    true => String::from_utf8_lossy(entry.name).into_owned(),
                    false => format!("{path}/{}", String::from_utf8_lossy(entry.name)),
                };
                match entry.is_tree {
                    true if below.len() < LONGEST_PATH => trees.push((entry.id, below)),
                    true => {}
                    false => name(entry.id, below),
                }
            }
        }
    }
    named
}

/// What a tag names in the end.
fn peeled(repository: &mut Repository, mut id: Id) -> Option<Id> {
    // A tag of a tag of a tag.
    const DEEPEST: usize = 16;
    for _ in 0..DEEPEST {
        match repository.object(&id)? {
            (Kind::Tag, content) => id = tagged(&content, repository.id_length)?,
            _ => return Some(id),
        }
    }
    None
}

/// The commits that branches, tags and the stash lead to; none if that is not known.
fn reachable(repository: &mut Repository, commits: &HashMap<Id, Commit>) -> Option<HashSet<Id>> {
    let named = refs::named(&repository.folder, repository.id_length)?;
    let mut all = HashSet::new();
    let mut next: Vec<Id> = named.into_iter().filter_map(|id| peeled(repository, id)).collect();
    while let Some(id) = next.pop() {
        if let Some(commit) = commits.get(&id)
            && all.insert(id)
        {
            next.extend(&commit.parents);
        }
    }
    Some(all)
}

/// Parents before their children, and older ones first.
fn ordered(commits: &HashMap<Id, Commit>) -> Vec<Id> {
    let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
    let mut open: HashMap<Id, usize> = HashMap::new();
    for (id, commit) in commits {
        let parents: HashSet<&Id> = commit.parents.iter().filter(|parent| commits.contains_key(parent)).collect();
        open.insert(*id, parents.len());
        for parent in parents {
            children.entry(*parent).or_default().push(*id);
        }
    }
    let time = |id: &Id| commits.get(id).map_or(0, |commit| commit.time);
    let mut ready: BinaryHeap<_> = open
        .iter()
        .filter(|(_, open)| **open == 0)
        .map(|(id, _)| Reverse((time(id), *id)))
        .collect();
    let mut ordered = Vec::with_capacity(commits.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        ordered.push(id);
        for child in children.remove(&id).unwrap_or_default() {
            if let Some(open) = open.get_mut(&child) {
                *open -= 1;
                if *open == 0 {
                    ready.push(Reverse((time(&child), child)));
                }
            }
        }
    }
    ordered
}
