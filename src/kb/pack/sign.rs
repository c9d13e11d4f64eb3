//! Ed25519 signatures of packs.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

use super::PackError;

/// A key that packs may be signed with. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        // Strict: no signature may have two forms.
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for PublicKey {
    type Err = PackError;
    fn from_str(text: &str) -> Result<Self, PackError> {
        let wrong = || PackError::Content("a public key is 64 hexadecimal digits".to_owned());
        let bytes = from_hex(text.trim()).ok_or_else(wrong)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| wrong())
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(feature = "author")]
mod secret {
    use ed25519_dalek::{Signer, SigningKey};

    use super::super::{HEADER, MAX_SIGNATURES, Pack, signed_header, tables};
    use super::*;

    /// A key to sign packs with. Kept in a file of 64 hexadecimal digits that its owner alone reads.
    pub struct SecretKey(SigningKey);

    impl SecretKey {
        /// A new key from the system's random source.
        ///
        /// # Errors
        /// [`PackError::Content`] when the system gives no random bytes.
        pub fn generate() -> Result<Self, PackError> {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|e| PackError::Content(format!("no random bytes from the system: {e}")))?;
            Ok(Self(SigningKey::from_bytes(&bytes)))
        }

        /// The key that verifies what this one signs.
        pub fn public(&self) -> PublicKey {
            PublicKey(self.0.verifying_key())
        }

        /// The key as 64 hexadecimal digits.
        pub fn to_hex(&self) -> String {
            self.0.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
        }

        /// Adds a signature to a pack. A signature of the same key is replaced.
        ///
        /// # Errors
        /// [`PackError`] when the bytes are no whole pack, or it has too many signatures.
        pub fn sign(&self, pack: &[u8]) -> Result<Vec<u8>, PackError> {
            let opened = Pack::from_vec(pack.to_vec())?;
            opened.verify_hash()?;
            let header = signed_header(pack).ok_or(PackError::Cut { have: pack.len() })?;
            let public = self.public();
            let (body, signatures) = pack.split_at(opened.body_end);
            let mut signed = body.to_vec();
            let others = signatures.chunks_exact(96).filter(|block| !block.starts_with(public.as_bytes()));
            let mut count = 0;
            for block in others {
                signed.extend_from_slice(block);
                count += 1;
            }
            if count >= MAX_SIGNATURES {
                return Err(PackError::Content(format!("the pack has {count} signatures already, {MAX_SIGNATURES} is the most")));
            }
            signed.extend_from_slice(public.as_bytes());
            signed.extend_from_slice(&self.0.sign(&header).to_bytes());
            debug_assert!(tables::u32_at(&signed, 12).is_some() && signed.len() > HEADER);
            signed[12..16].copy_from_slice(&(count as u32 + 1).to_le_bytes());
            Ok(signed)
        }
    }

    impl fmt::Debug for SecretKey {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "SecretKey of {}", self.public())
        }
    }

    impl FromStr for SecretKey {
        type Err = PackError;
        fn from_str(text: &str) -> Result<Self, PackError> {
            let bytes = from_hex(text.trim()).ok_or_else(|| PackError::Content("a secret key is 64 hexadecimal digits".to_owned()))?;
            Ok(Self(SigningKey::from_bytes(&bytes)))
        }
    }
}

#[cfg(feature = "author")]
pub use secret::SecretKey;
