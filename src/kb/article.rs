//! One help text: for one problem, with the phrases that users say.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AndroidRange, AppId, ArticleId, Condition, FactId, FaultId, MediaId, ServiceId};

/// An article as the pack holds it: its front matter, and its body already parsed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Its id, also the file name.
    pub id: ArticleId,
    /// What it is about, as a user would say it.
    pub title: String,
    /// The service that it belongs to.
    pub service: ServiceId,
    /// The apps that it is for.
    pub apps: Applies,
    /// The support level that ends such a case, 1 to 3.
    pub level: u8,
    /// Phrases that users say of this problem.
    pub symptoms: Vec<String>,
    /// Further words to find it by.
    pub keywords: Vec<String>,
    /// The root causes that it is about.
    pub faults: Vec<FaultId>,
    /// Facts under which it is likely the right one. They rank, they never filter.
    #[serde(default)]
    pub facts: BTreeMap<FactId, Condition>,
    /// Articles to read next.
    pub related: Vec<ArticleId>,
    /// The makers that it is for, lower case; empty: all.
    #[serde(default)]
    pub vendors: Vec<String>,
    /// The Android releases that it is for; none: all.
    #[serde(default)]
    pub android: Option<AndroidRange>,
    /// The pictures that its steps show.
    pub media: Vec<MediaId>,
    /// Where makers or releases differ.
    pub variants: Vec<Variant>,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: String,
    /// What the desk must still complete.
    pub todo: Vec<String>,
    /// The text.
    #[serde(default)]
    pub body: Body,
}

/// The apps that an article is for: `all`, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// Every app.
    All,
    /// These alone.
    Only(Vec<AppId>),
}

impl Applies {
    /// Whether the article is for an app.
    pub fn to(&self, app: &AppId) -> bool {
        match self {
            Self::All => true,
            Self::Only(apps) => apps.contains(app),
        }
    }
}

impl Serialize for Applies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Only(apps) => apps.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Applies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Word(String),
            List(Vec<AppId>),
        }
        match Form::deserialize(deserializer)? {
            Form::Word(word) if word == "all" => Ok(Self::All),
            Form::Word(word) => Err(serde::de::Error::custom(format!("apps is `{word}`: write `all` or a list of app ids"))),
            Form::List(apps) => Ok(Self::Only(apps)),
        }
    }
}

/// A difference by maker or Android release, e.g. where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The makers that it is about, lower case; empty: all.
    #[serde(default)]
    pub vendors: Vec<String>,
    /// The releases that it is about; none: all.
    #[serde(default)]
    pub android: Option<AndroidRange>,
    /// What is different, as the reader is told it.
    pub text: String,
}

impl Variant {
    /// Whether the variant is about a phone. What isn't known of the phone doesn't exclude it.
    pub fn applies(&self, vendor: Option<&str>, android: Option<&str>) -> bool {
        let maker = self.vendors.is_empty() || vendor.is_none_or(|v| self.vendors.iter().any(|own| own.eq_ignore_ascii_case(v)));
        let release = android.is_none_or(|release| self.android.as_ref().is_none_or(|range| range.contains(release)));
        maker && release
    }
}

/// The text of an article: what is happening, then sections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The opening sentences.
    pub intro: Vec<Block>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// What a section is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SectionKind {
    /// The numbered steps («Pasos»).
    Steps,
    /// How the reader knows that it worked («Cómo saber que ya quedó»).
    Proof,
    /// When to stop and file a case («Cuándo pedir ayuda»).
    Help,
    /// For the technician («Para la mesa de ayuda»); field workers aren't shown it.
    Desk,
    /// Any other.
    Other,
}

/// One section of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Section {
    /// What it is for.
    pub kind: SectionKind,
    /// Its heading.
    pub title: String,
    /// Its paragraphs, steps and pictures.
    pub blocks: Vec<Block>,
}

/// A piece of text with one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Span {
    /// Plain text.
    Text(String),
    /// What is to be pressed or heeded.
    Strong(String),
    /// A word of the phone or of code, set apart.
    Code(String),
    /// A way to another article.
    Article {
        /// The text shown.
        text: String,
        /// Where it leads.
        id: ArticleId,
    },
}

impl Span {
    /// The text without its style.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Strong(text) | Self::Code(text) | Self::Article { text, .. } => text,
        }
    }
}

/// One block of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A numbered step.
    Step {
        /// Its number, from 1.
        number: u32,
        /// What to do.
        text: Vec<Span>,
    },
    /// An item of an unordered list.
    Item(Vec<Span>),
    /// A picture.
    Picture {
        /// Which one.
        id: MediaId,
        /// What it shows, for those who can't see it.
        alt: String,
    },
}

impl Block {
    /// The text of the block without styles; a picture has none.
    pub fn plain(&self) -> String {
        match self {
            Self::Paragraph(spans) | Self::Item(spans) | Self::Step { text: spans, .. } => spans.iter().map(Span::text).collect(),
            Self::Picture { .. } => String::new(),
        }
    }
}

impl Article {
    /// The numbered steps as plain text, in order.
    pub fn steps(&self) -> impl Iterator<Item = String> + '_ {
        self.body
            .sections
            .iter()
            .filter(|section| section.kind == SectionKind::Steps)
            .flat_map(|section| &section.blocks)
            .filter(|block| matches!(block, Block::Step { .. }))
            .map(Block::plain)
    }
}
