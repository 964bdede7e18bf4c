//! Finds the first commit that has an object, and the object's path in it. Used only where a secret was found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use gix_hash::ObjectId;
use gix_object::{CommitRefIter, Kind, TagRefIter, TreeRefIter};

use super::{Found, Repository, refs};

/// A longer path is cut: no file system has one.
const LONGEST_PATH: usize = 4096;

/// A commit's place in the history.
struct Commit {
    tree: ObjectId,
    parents: Vec<ObjectId>,
    /// Unix seconds, by the committer.
    time: i64,
}

impl Commit {
    fn read(content: &[u8], format: gix_hash::Kind) -> Option<Commit> {
        let fields = || CommitRefIter::from_bytes(content, format);
        Some(Commit {
            tree: fields().tree_id().ok()?,
            parents: fields().parent_ids().collect(),
            time: fields().committer().map_or(0, |committer| committer.seconds()),
        })
    }
}

/// An object's place in the history.
pub struct Named {
    pub commit: ObjectId,
    /// Empty for the commit itself and for its root.
    pub path: String,
    /// Whether a branch, a tag or the stash still leads to the commit; none if that is not known.
    pub reachable: Option<bool>,
}

/// The first commit of each object: of those that a branch or a tag leads to, otherwise of all.
pub fn first_commits(repository: &mut Repository, ids: &[ObjectId], found: &Found) -> BTreeMap<ObjectId, Named> {
    let format = repository.format;
    let mut commits = HashMap::new();
    for id in ids {
        let read = repository.object(id).and_then(|(_, content)| Commit::read(&content, format));
        if let Some(commit) = read {
            commits.insert(*id, commit);
        }
    }
    let reachable = reachable(repository, &commits);
    let ordered = ordered(&commits);
    let mut named = BTreeMap::new();
    let mut wanted: HashSet<ObjectId> = found.keys().copied().collect();
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
    let is_reachable = |id: &ObjectId| reachable.as_ref().is_none_or(|all| all.contains(id));
    let (first, then): (Vec<ObjectId>, Vec<ObjectId>) = ordered.into_iter().partition(is_reachable);
    let mut seen = HashSet::new();
    for id in first.into_iter().chain(then) {
        if wanted.is_empty() {
            break;
        }
        let Some(commit) = commits.get(&id) else { continue };
        let mut trees = vec![(commit.tree, String::new())];
        while let Some((tree, path)) = trees.pop() {
            // A tree that an earlier commit has was searched with that commit.
            if !seen.insert(tree) {
                continue;
            }
            let mut name = |object: ObjectId, path: String| {
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
            for entry in TreeRefIter::from_bytes(&content, format).map_while(Result::ok) {
                let below = match path.is_empty() {
                    true => entry.filename.to_string(),
                    false => format!("{path}/{}", entry.filename),
                };
                let id = entry.oid.to_owned();
                match entry.mode.is_tree() {
                    true if below.len() < LONGEST_PATH => trees.push((id, below)),
                    true => {}
                    false => name(id, below),
                }
            }
        }
    }
    named
}

/// The object that a tag leads to, which is no tag.
fn peeled(repository: &mut Repository, mut id: ObjectId) -> Option<ObjectId> {
    // A tag may name a tag.
    const DEEPEST: usize = 16;
    for _ in 0..DEEPEST {
        match repository.object(&id)? {
            (Kind::Tag, content) => id = TagRefIter::from_bytes(&content, repository.format).target_id().ok()?,
            _ => return Some(id),
        }
    }
    None
}

/// The commits that branches, tags and the stash lead to; none if that is not known.
fn reachable(repository: &mut Repository, commits: &HashMap<ObjectId, Commit>) -> Option<HashSet<ObjectId>> {
    let named = refs::named(&repository.folder, repository.format)?;
    let mut all = HashSet::new();
    let mut next: Vec<ObjectId> = named.into_iter().filter_map(|id| peeled(repository, id)).collect();
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
fn ordered(commits: &HashMap<ObjectId, Commit>) -> Vec<ObjectId> {
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut open: HashMap<ObjectId, usize> = HashMap::new();
    for (id, commit) in commits {
        let parents: HashSet<&ObjectId> = commit.parents.iter().filter(|parent| commits.contains_key(*parent)).collect();
        open.insert(*id, parents.len());
        for parent in parents {
            children.entry(*parent).or_default().push(*id);
        }
    }
    let time = |id: &ObjectId| commits.get(id).map_or(0, |commit| commit.time);
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
