//! What the manifest of another catalog says about a folder, which is believed before all other evidence.

use catalog_core::model::{Authority, Declaration, Located, RelationKind, RepositoryDeclarations};

use super::{ProposedValue, folder::Folder, name::name_of, ownership::Owner};

/// The only component that manifests of other catalogs in a folder declare.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    path: &'a str,
    declaration: &'a Declaration,
}

impl<'a> Known<'a> {
    /// `None` also where there are several components, since nothing tells which one the folder is.
    pub(super) fn of(folder: &Folder<'_>, declarations: &'a RepositoryDeclarations) -> Option<Self> {
        let mut known = declarations
            .manifests
            .iter()
            .filter(|manifest| manifest.format.authority() == Authority::OtherCatalog)
            .filter(|manifest| folder.is_file_of_its_own(&manifest.path))
            .flat_map(|manifest| manifest.documents.iter().map(|document| (&*manifest.path, document)))
            .filter_map(|(path, document)| Some(Self { path, declaration: document.declaration.as_ref()? }))
            .filter(|known| known.declaration.entity.kind() == "component");
        let first = known.next()?;
        known.all(|other| other.declaration.entity == first.declaration.entity).then_some(first)
    }

    /// The name, where Backstage would take it.
    pub(super) fn name(&self) -> Option<(&'a str, String)> {
        let name = self.declaration.entity.name();
        (name_of(name) == name).then(|| (name, self.place(self.declaration.position.line)))
    }

    /// A text field with its evidence.
    pub(super) fn text(
        &self,
        field: impl Fn(&Declaration) -> &Option<Located<Box<str>>>,
    ) -> Option<(String, String)> {
        let value = field(self.declaration).as_ref()?;
        Some((value.value.to_string(), self.place(value.position.line)))
    }

    /// The owner, where its name is one that a manifest can hold.
    pub(super) fn owner(&self) -> Option<Owner> {
        let owned =
            self.declaration.relations.iter().find(|relation| relation.kind == RelationKind::OwnedBy)?;
        let (kind, name) = (owned.other.kind(), owned.other.name());
        (name_of(name) == name).then(|| Owner {
            value: ProposedValue::Text(format!("{kind}:{name}")),
            evidence: self.place(owned.position.line),
        })
    }

    fn place(&self, line: u32) -> String {
        format!("{}:{line}", self.path)
    }
}
