//! Packs that git would never write, with the index that makes them look like any other:
//! gitformat-pack(5).

use std::{fs, io::Write, path::Path};

use git2::{ObjectType, Oid};

/// How an object stands in a pack.
enum Stored {
    Whole(ObjectType, Vec<u8>),
    /// A change to another object of the same pack.
    Delta(Oid, Vec<u8>),
}

/// A pack that is being made.
#[derive(Default)]
pub(crate) struct Pack {
    objects: Vec<(Oid, Stored)>,
}

impl Pack {
    /// Puts an object under its own id.
    pub(crate) fn whole(&mut self, kind: ObjectType, bytes: Vec<u8>) -> Oid {
        let id = Oid::hash_object(kind, &bytes).expect("any bytes have an id");
        self.whole_as(id, kind, bytes);
        id
    }

    /// Puts an object under any id.
    pub(crate) fn whole_as(&mut self, id: Oid, kind: ObjectType, bytes: Vec<u8>) {
        self.objects.push((id, Stored::Whole(kind, bytes)));
    }

    /// Puts an object that is a change to another one, under any id.
    pub(crate) fn delta_as(&mut self, id: Oid, base: Oid, delta: Vec<u8>) {
        self.objects.push((id, Stored::Delta(base, delta)));
    }

    /// Writes the pack and its index into a repository. Checksums are left out: nobody looks at them.
    pub(crate) fn write(mut self, repository: &Path) {
        self.objects.sort_by_key(|(id, _)| *id);
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend(be(self.objects.len()));
        let mut offsets = Vec::new();
        for (_, stored) in &self.objects {
            offsets.push(be(pack.len()));
            let (kind, bytes) = match stored {
                Stored::Whole(ObjectType::Commit, bytes) => (1, bytes),
                Stored::Whole(ObjectType::Tree, bytes) => (2, bytes),
                Stored::Whole(_, bytes) => (3, bytes),
                Stored::Delta(_, bytes) => (7, bytes),
            };
            pack.extend(object_head(kind, bytes.len()));
            if let Stored::Delta(base, _) = stored {
                pack.extend(base.as_bytes());
            }
            let mut encoder = flate2::write::ZlibEncoder::new(&mut pack, flate2::Compression::fast());
            encoder.write_all(bytes).and_then(|()| encoder.finish().map(|_| ())).expect("memory takes it");
        }
        pack.extend([0; 20]);
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=u8::MAX {
            index.extend(be(self.objects.iter().filter(|(id, _)| id.as_bytes()[0] <= first).count()));
        }
        for (id, _) in &self.objects {
            index.extend(id.as_bytes());
        }
        index.extend(vec![0; 4 * self.objects.len()]);
        index.extend(offsets.concat());
        index.extend([0; 40]);
        let folder = repository.join("objects/pack");
        fs::create_dir_all(&folder).expect("a folder");
        let name = format!("pack-{:040x}", self.objects.len());
        fs::write(folder.join(&name).with_extension("pack"), pack).expect("the pack is written");
        fs::write(folder.join(&name).with_extension("idx"), index).expect("the index is written");
    }
}

/// A delta that makes `copies` copies of its base of `base_bytes` bytes.
pub(crate) fn copies_of_base(base_bytes: usize, copies: usize) -> Vec<u8> {
    let mut delta = varint(base_bytes);
    delta.extend(varint(base_bytes * copies));
    let [low, middle, high, ..] = u32::try_from(base_bytes).expect("a small base").to_le_bytes();
    // From the beginning, with three bytes that say how many.
    delta.extend([0b1111_0000, low, middle, high].repeat(copies));
    delta
}

fn object_head(kind: u8, bytes: usize) -> Vec<u8> {
    let mut rest = bytes >> 4;
    let mut head = vec![kind << 4 | (bytes & 15) as u8];
    while rest > 0 {
        *head.last_mut().expect("there is one") |= 0x80;
        head.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    head
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn be(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("packs of tests are small").to_be_bytes()
}
