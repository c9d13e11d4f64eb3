//! Tokens: who may deliver, and who may look, when the console is reached from elsewhere. What is kept of one is its hash: it is shown once, when it is made.

use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError, rows};
use crate::unguessable;

/// Random bytes of a token. Chosen: as many as its hash has, so that there is nothing to guess and no salt is needed.
const BYTES: usize = 32;

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// The intake: an app delivers.
    App,
    /// The console: a technician.
    Desk,
}

impl TokenKind {
    fn written(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Desk => "desk",
        }
    }

    fn read(written: &str) -> Self {
        if written == "desk" { Self::Desk } else { Self::App }
    }
}

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Whose it is.
    pub name: String,
    /// What it opens.
    pub kind: TokenKind,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: i64,
    /// When it was ended; none while it opens.
    pub ended_ms: Option<i64>,
}

impl Store {
    /// Makes a token, and says it: nobody can read it later. One of the same name that still opens is an error.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Missing`] when there are no random numbers.
    pub fn make_token(&self, name: &str, kind: TokenKind, now_ms: i64) -> Result<String, StoreError> {
        let token = format!("bq_{}", unguessable::<BYTES>()?);
        self.write(|to| {
            to.execute("DELETE FROM token WHERE name = ?1 AND ended_ms IS NOT NULL", [name])?;
            to.execute(
                "INSERT INTO token (name, kind, hash, made_ms) VALUES (?1, ?2, ?3, ?4)",
                params![name, kind.written(), hash(&token), now_ms],
            )?;
            Ok(())
        })?;
        Ok(token)
    }

    /// Whose token it is, if it opens that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn whose(&self, token: &str, kind: TokenKind) -> Result<Option<String>, StoreError> {
        // Looked up by its hash: how long that takes tells nothing of the token.
        self.read(|from| {
            let name = from.query_row(
                "SELECT name FROM token WHERE hash = ?1 AND kind = ?2 AND ended_ms IS NULL",
                params![hash(token), kind.written()],
                |row| row.get(0),
            );
            Ok(name.optional()?)
        })
    }

    /// All tokens, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let token = |row: &Row<'_>| {
            let kind: String = row.get(1)?;
            Ok(Token { name: row.get(0)?, kind: TokenKind::read(&kind), made_ms: row.get(2)?, ended_ms: row.get(3)? })
        };
        self.read(|from| rows(from, "SELECT name, kind, made_ms, ended_ms FROM token ORDER BY name", [], token))
    }

    /// Ends a token: it opens nothing any more.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when none of that name opens.
    pub fn end_token(&self, name: &str, now_ms: i64) -> Result<(), StoreError> {
        let ended =
            self.write(|to| Ok(to.execute("UPDATE token SET ended_ms = ?2 WHERE name = ?1 AND ended_ms IS NULL", params![name, now_ms])?))?;
        if ended == 0 { Err(StoreError::Missing(format!("token `{name}` that opens"))) } else { Ok(()) }
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
