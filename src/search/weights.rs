//! The numbers of the ranking.
//!
//! None was set by hand to please a question: they were found by coordinate ascent on the tuning half of
//! `kb/tests/queries.tsv` and on generated slips (`cargo run --release -p baquiano-bench --bin tune`, see `docs/search.md`), the other half
//! was only measured.

macro_rules! weights {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        /// The numbers of the ranking. [`Weights::default`] holds the tuned ones.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Weights {
            $($(#[$doc])* pub $name: f32,)*
        }

        impl Default for Weights {
            fn default() -> Self {
                Self { $($name: $value,)* }
            }
        }

        impl Weights {
            /// The names, in order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];

            /// Each number with its name, to be changed: what tuning does.
            pub fn each(&mut self) -> Vec<(&'static str, &mut f32)> {
                vec![$((stringify!($name), &mut self.$name),)*]
            }
        }
    };
}

weights! {
    /// BM25: how fast repetitions of a word stop counting.
    k1 = 1.64;
    /// BM25: how much long articles are held back.
    b = 0.245;
    /// Quality of another form of the word.
    stem = 0.594;
    /// Quality of a word that begins as the one that is being typed.
    prefix = 0.363;
    /// Quality of a synonym out of a group.
    group = 0.512;
    /// Quality of what people say for what articles write.
    one_way = 0.562;
    /// Quality of a word that sounds the same, when the word itself is unknown.
    sound = 0.92;
    /// The same, when the word itself is known: it may still be a homophone (`valla`, `vaya`).
    homophone = 0.103;
    /// Quality of a word at edit distance 0; it falls with the distance over the length.
    typo = 0.9;
    /// How fast it falls.
    typo_slope = 0.336;
    /// What a word common to all questions counts.
    weak = 0.738;
    /// What a stop word counts in titles and symptoms.
    stop = 0.273;
    /// What an unknown word counts, against the rarest known one.
    unknown = 0.169;
    /// Weight of the article's BM25.
    bm25 = 0.6;
    /// Weight of the phrase that fits best.
    best = 0.406;
    /// Weight of the second best phrase.
    second = 0.046;
    /// Weight of a title or symptom that is the question itself, nearly to the word.
    said = 0.5;
    /// Weight of how much of the question the article's titles and symptoms cover on average: what it is about.
    mass = 0.675;
    /// Weight of how much of the question the article covers at all.
    covered = 0.055;
    /// How much of a phrase's worth doesn't depend on how much of it the question uses: titles and symptoms.
    short_floor = 0.544;
    /// The same for sentences.
    long_floor = 0.75;
    /// Worth of a title against a symptom.
    title = 1.507;
    /// Worth of the keywords.
    keywords = 0.968;
    /// Worth of a sentence.
    sentence = 0.945;
    /// Worth of what is written for the technician.
    desk = 0.45;
    /// What the other good articles of the same service add.
    service = 0.227;
    /// What a service adds whose words the question uses, times its probability.
    model = 0.546;
    /// How sharply that model decides.
    model_sharpness = 0.911;
    /// What an article among the first three loses for each article of its service before it.
    diversity = 0.45;
    /// What the current service adds.
    context_service = 0.12;
    /// What an app, maker or Android release that the article isn't for takes away.
    context_foreign = 0.15;
    /// What a known fact that fits adds (one that doesn't fit takes away as much).
    context_fact = 0.1;
}
