//! The knowledge base of the desk, embedded.
//!
//! The content lies beside this crate (`articles/`, `media/`, `catalog.yaml`, …); the build script checks it and builds the pack.

/// The pack: open it with `baquiano::kb::pack::Pack::from_static`.
pub static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kb.pack"));
