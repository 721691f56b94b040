//! Names in classes that mean one entity each: a union-find that never unites what one format declares apart.

use crate::{
    graph::{build::GraphBuilder, entity::NONE, symbols::index},
    model::Authority,
};

/// What speaks for a name in its class, best first: whether the configuration names it, the authority of
/// its best declaration, the number of that declaration, and the name itself.
type Claim = (bool, Authority, u32, u32);

/// Names in classes that mean one entity each: a forest in which every name points towards its class.
pub(super) struct Classes {
    parent: Vec<u32>,
    /// By class: a bit for each format that declares one of its names to be an entity.
    formats: Vec<u32>,
    /// By class: the name that the entity has.
    pub(super) best: Vec<Claim>,
}

impl Classes {
    pub(super) fn new(builder: &GraphBuilder) -> Self {
        let count = index(builder.names.len());
        let mut classes = Self {
            parent: (0..count).collect(),
            formats: vec![0; builder.names.len()],
            best: (0..count).map(|name| (true, Authority::Evidence, NONE, name)).collect(),
        };
        for (number, declaration) in (0..).zip(&builder.declarations) {
            if declaration.entity == NONE {
                continue;
            }
            let name = declaration.entity as usize;
            let format = builder.sources[declaration.source as usize].format;
            if format.authority() <= Authority::OtherCatalog {
                classes.formats[name] |= 1 << (format as u8);
            }
            let claim = (true, format.authority(), number, declaration.entity);
            classes.best[name] = classes.best[name].min(claim);
        }
        classes
    }

    /// Makes a name the one that its entity has.
    pub(super) fn pin(&mut self, name: u32) {
        let class = self.of(name) as usize;
        self.best[class] = (false, Authority::Catalog, 0, name);
    }

    /// The class of a name.
    pub(super) fn of(&mut self, mut name: u32) -> u32 {
        while self.parent[name as usize] != name {
            let above = self.parent[self.parent[name as usize] as usize];
            self.parent[name as usize] = above;
            name = above;
        }
        name
    }

    pub(super) fn is_declared(&mut self, name: u32) -> bool {
        let class = self.of(name) as usize;
        self.formats[class] != 0
    }

    /// Unites two names unless one format declares them to be two entities.
    pub(super) fn unite(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        if one != other && self.formats[one as usize] & self.formats[other as usize] != 0 {
            return false;
        }
        self.unite_surely(one, other);
        true
    }

    pub(super) fn unite_surely(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        if one == other {
            return;
        }
        self.parent[other as usize] = one;
        self.formats[one as usize] |= self.formats[other as usize];
        self.best[one as usize] = self.best[one as usize].min(self.best[other as usize]);
    }
}
