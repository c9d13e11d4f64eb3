//! The numbers of the ranking.
//!
//! None was set by hand to please a question: but for those of the context, `diversity` and `honest` they were found by coordinate ascent
//! (`cargo run --release -p baquiano-bench --bin tune`; on what, says `docs/search.md`), and the half of the test questions that is held out was
//! only measured.

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
    k1 = 1.3681;
    /// BM25: how much long articles are held back.
    b = 0.211;
    /// Quality of another form of the word.
    stem = 0.6627;
    /// Quality of a word that begins as the one that is being typed.
    prefix = 0.4901;
    /// Quality of a synonym out of a group.
    group = 0.5712;
    /// Quality of what people say for what articles write.
    one_way = 0.3198;
    /// Quality of a word that sounds the same, when the word itself is unknown.
    sound = 0.92;
    /// The same, when the word itself is known: it may still be a homophone (`valla`, `vaya`).
    homophone = 0.1213;
    /// Quality of a word at edit distance 0; it falls with the distance over the length.
    typo = 0.968;
    /// How fast it falls.
    typo_slope = 0.652;
    /// What a word common to all questions counts.
    weak = 0.996;
    /// What a stop word counts in titles and symptoms.
    stop = 0.1081;
    /// What an unknown word counts, against the rarest known one.
    unknown = 0.1851;
    /// Weight of the article's BM25.
    bm25 = 0.65;
    /// Weight of how often the titles and symptoms have the words of the question, as they are written, the rare ones above all.
    field = 0.61;
    /// In which share of them a word counts half.
    field_share = 0.05;
    /// What a sentence counts in that field against a title or symptom.
    body = 0.3;
    /// Weight of how many of the question's words they have, each alike.
    words = 0.4222;
    /// Weight of the phrase that fits best.
    best = 0.6645;
    /// Weight of how near the nearest titles and symptoms are.
    nearest = 1.1;
    /// Weight of a title or symptom that is the question itself, nearly to the word.
    said = 0.3;
    /// How near it must be: the higher, the nearer.
    said_power = 3.5524;
    /// How much of a sentence's worth for that doesn't depend on how much of it the question uses.
    said_floor = 0.2637;
    /// Weight of how much of the question the article covers at all.
    covered = 0.1571;
    /// How much of a phrase's worth doesn't depend on how much of it the question uses: titles and symptoms.
    short_floor = 0.7889;
    /// The same for sentences.
    long_floor = 0.908;
    /// Worth of a title against a symptom.
    title = 0.957;
    /// Worth of the keywords.
    keywords = 0.968;
    /// Worth of a sentence.
    sentence = 0.945;
    /// Worth of what is written for the technician.
    desk = 0.4707;
    /// What the other good articles of the same service add.
    service = 0.155;
    /// What a service adds whose words the question uses, by the logarithm of its probability.
    model = 0.8505;
    /// Below this probability one service is as unlikely as another.
    model_floor = 0.0002;
    /// How sharply that model decides.
    model_sharpness = 1.4881;
    /// What an article among the first three loses for each article of its service before it.
    diversity = 0.45;
    /// Below this confidence the honest answer is that nothing was found. Chosen so that hardly any question that the first three hits
    /// answer is lost (`docs/search.md`): a question left alone costs a visit, a hit that doesn't help a glance.
    honest = 0.05;
    /// What the current service adds.
    context_service = 0.2;
    /// What an app, maker or Android release that the article isn't for takes away.
    context_foreign = 0.25;
    /// What a known fact that fits adds (one that doesn't fit takes away as much).
    context_fact = 0.16;
}
