//! Bodies as they lie in the store and go over the wire: gzip, with a mark by which they are found again in a damaged file.
//!
//! The mark is a subfield of gzip's header (RFC 1952, 2.3.1.1), which every reader skips. The checksum at the end says whether what was found is whole.

use std::io::{Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

use crate::incident::record::MAX_RECORD_BYTES;

/// The header's first bytes with our mark: magic, deflate, «has extra», no time, no hints, and a subfield `BQ` of two bytes.
const MARK: [u8; 18] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, b'B', b'Q', 2, 0, 0, 1];

/// Packs JSON.
pub(super) fn pack(json: &[u8]) -> Vec<u8> {
    let extra = MARK.get(12..).unwrap_or_default();
    let mut packer = GzBuilder::new().operating_system(255).extra(extra).write(Vec::new(), Compression::default());
    // Writing into memory doesn't fail.
    _ = packer.write_all(json);
    packer.finish().unwrap_or_default()
}

/// Unpacks what [`pack`] made, or any gzip of at most a record's size. None when it is damaged or too large.
pub(super) fn unpack(body: &[u8]) -> Option<Vec<u8>> {
    let mut json = Vec::new();
    let most = MAX_RECORD_BYTES as u64;
    GzDecoder::new(body).take(most + 1).read_to_end(&mut json).ok()?;
    (json.len() as u64 <= most).then_some(json)
}

/// Every whole body in bytes of whatever, in order. What is cut or has a flipped bit is left out.
pub(super) fn carve(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.windows(MARK.len()).position(|own| own == MARK)) {
        at += step;
        found.extend(bytes.get(at..).and_then(unpack));
        at += MARK.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_mark_is_what_the_packer_writes() {
        assert_eq!(pack(b"{}").get(..MARK.len()), Some(&MARK[..]));
    }

    #[test]
    fn what_bursts_is_refused() {
        assert_eq!(unpack(&pack(&vec![b' '; MAX_RECORD_BYTES + 1])), None);
        assert!(unpack(&pack(&vec![b' '; MAX_RECORD_BYTES])).is_some());
    }

    proptest! {
        #[test]
        fn bodies_are_found_between_rubbish_and_never_half(before: Vec<u8>, one: Vec<u8>, two: Vec<u8>, cut in 1_usize..20) {
            let mut bytes = before;
            bytes.extend(pack(&one));
            bytes.extend(b"rubbish");
            let second = pack(&two);
            bytes.extend(&second);
            prop_assert_eq!(carve(&bytes), vec![one.clone(), two]);
            bytes.truncate(bytes.len() - cut.min(second.len()));
            prop_assert_eq!(carve(&bytes), vec![one]);
        }
    }
}
