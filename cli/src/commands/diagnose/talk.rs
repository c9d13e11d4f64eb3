//! The talk with a person in a terminal, a question at a time.

use std::io::BufRead;

use baquiano::kb::{Fact, FactValue, Outcome};
use baquiano::{Choice, End, Entry, Guide, Question, Shows, Todo};

use super::super::incident;
use super::Begun;
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::clean;
use baquiano::diagnose::{Input, Source};

/// A talk that goes on.
struct Talk<'r> {
    begun: &'r Begun<'r>,
    guide: Guide,
}

impl Begun<'_> {
    /// Talks with a person, until the end.
    pub(super) fn talk(&self, kept: Option<&str>) -> Result<Done, Failure> {
        let words = self.args.question.join(" ");
        let guide = match kept {
            Some(kept) => self.desk.resume_guide(kept),
            None => self.desk.guide(self.args.flow.as_deref(), Some(&words), self.args.facts.is_some()),
        };
        Talk { begun: self, guide: guide.map_err(|error| self.stopped(error))? }.run()
    }
}

impl Talk<'_> {
    fn run(&mut self) -> Result<Done, Failure> {
        let lang = self.begun.screen.lang;
        let mut told_of_desk = false;
        let mut flow = String::new();
        loop {
            let page = self.guide.page();
            if flow.is_empty() {
                self.tell(&format!("{}\n{}\n", clean(&page.title), lang.diagnose_keys()))?;
            } else if flow != page.flow {
                self.tell(&format!("\n{}", clean(&page.title)))?;
            }
            flow = page.flow;
            match page.shows {
                Shows::Read { facts } => {
                    let given = facts.into_iter().map(|fact| (self.begun.given.get(&fact).cloned().flatten(), fact));
                    let readings = given.map(|(value, fact)| (fact, value)).collect();
                    self.take(|guide| guide.read(readings))?;
                    continue;
                }
                Shows::Ask { question } => {
                    if question.for_desk && !std::mem::replace(&mut told_of_desk, true) {
                        self.tell(&format!("\n{}", lang.diagnose_desk_asks()))?;
                    }
                    self.ask(&question)?;
                }
                Shows::Do { todo } => self.person_does(&todo)?,
                Shows::Concluded { end } => return self.tell_end(&end),
            }
            if let Some(path) = &self.begun.args.resume {
                files::write_atomically(self.begun.screen, path, self.guide.saved().as_bytes())?;
            }
        }
    }

    fn take(&mut self, step: impl FnOnce(&mut Guide) -> Result<(), baquiano::GuideError>) -> Result<(), Failure> {
        step(&mut self.guide).map_err(|error| self.begun.stopped(error))
    }

    fn back(&mut self) -> Result<(), Failure> {
        self.take(|guide| guide.back().map(|_| ()))
    }

    fn tell(&self, text: &str) -> Result<(), Failure> {
        self.begun.screen.write(|out| Ok(writeln!(out, "{text}")?))
    }

    /// A line of the person; none at the end of the input.
    fn line(&self) -> Result<Option<String>, Failure> {
        self.begun.screen.write(|out| Ok(write!(out, "> ")?))?;
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }

    fn tell_why(&self) -> Result<(), Failure> {
        let lang = self.begun.screen.lang;
        let why = self.guide.explain();
        if let Some(suspicion) = &why.suspected {
            self.tell(&lang.diagnose_suspects(&suspicion.name, (suspicion.chance * 100.0).round()))?;
        }
        if !why.ruled_out.is_empty() {
            self.tell(&lang.diagnose_ruled_out(why.ruled_out.join("; ")))?;
        }
        Ok(())
    }

    /// Choices with their numbers, from 1.
    fn tell_choices<'c>(&self, choices: impl Iterator<Item = &'c str>) -> Result<(), Failure> {
        choices.enumerate().try_for_each(|(at, text)| self.tell(&format!("  {}. {text}", at + 1)))
    }

    fn ask(&mut self, question: &Question) -> Result<(), Failure> {
        let lang = self.begun.screen.lang;
        self.tell(&format!("\n{}", question.text))?;
        self.tell_choices(question.choices.iter().map(|choice| choice.text.as_str()))?;
        // Where a number is written, 0 is one.
        let unknown = if question.choices.is_empty() { "-" } else { "0" };
        self.tell(&format!("  {unknown}. {}", lang.dont_know()))?;
        loop {
            let Some(line) = self.line()? else { return self.take(Guide::stop) };
            let value = match line.as_str() {
                "?" => {
                    if let Some(help) = &question.help {
                        self.tell(help)?;
                    }
                    self.tell_why()?;
                    continue;
                }
                "b" => return self.back(),
                "q" => return self.take(Guide::stop),
                text if text == unknown => None,
                text => match answer(question, text) {
                    Some(value) => Some(value),
                    None => {
                        self.tell(&lang.not_an_answer())?;
                        continue;
                    }
                },
            };
            return self.take(|guide| guide.answer(question.fact.clone(), value));
        }
    }

    fn person_does(&mut self, todo: &Todo) -> Result<(), Failure> {
        let lang = self.begun.screen.lang;
        self.tell(&format!("\n{}", todo.text))?;
        if let Some(picture) = todo.picture.as_ref().and_then(|picture| self.begun.desk.media(picture)) {
            self.tell(&lang.picture(clean(&picture.alt)))?;
        }
        // Whether it helped is answered in the same breath, where it can be chosen from a list.
        let asked = todo.effect.as_ref().filter(|question| !question.choices.is_empty());
        if let Some(question) = asked {
            self.tell(&question.text)?;
        }
        let effects: &[Choice] = asked.map_or(&[], |question| &question.choices);
        let (done, cannot) = (lang.it_is_done(), lang.it_cannot_be_done());
        let done = [done.as_str()].into_iter().filter(|_| effects.is_empty());
        let texts: Vec<&str> = effects.iter().map(|choice| choice.text.as_str()).chain(done).chain([cannot.as_str()]).collect();
        self.tell_choices(texts.iter().copied())?;
        loop {
            let Some(line) = self.line()? else { return self.take(Guide::stop) };
            match (line.as_str(), line.parse::<usize>()) {
                (_, Ok(number)) if number == texts.len() => return self.take(|guide| guide.skip(&todo.remedy)),
                (_, Ok(number)) if (1..texts.len()).contains(&number) => {
                    let effect = effects.get(number - 1).map(|choice| choice.value.clone());
                    return self.take(|guide| guide.did(&todo.remedy, effect));
                }
                ("?", _) => self.tell_why()?,
                ("b", _) => return self.back(),
                ("q", _) => return self.take(Guide::stop),
                _ => self.tell(&lang.not_an_answer())?,
            }
        }
    }

    /// What the desk needs: what is known, who said it, and what was done.
    fn tell_desk(&self) -> Result<(), Failure> {
        let lang = self.begun.screen.lang;
        let session = self.guide.session();
        self.tell(&format!("\n{}", lang.diagnose_for_desk()))?;
        for (id, known) in session.known() {
            let Some((fact, value)) = session.fact(&id).zip(known.value) else { continue };
            let mut line = format!("· {} {}", fact.question.as_deref().unwrap_or(id.as_str()), in_words(fact, &value));
            let said = (known.by == Source::Person).then(|| lang.diagnose_said());
            let contradicted = known.contradicted.map(|said| lang.diagnose_contradicted(in_words(fact, &said)));
            said.into_iter().chain(contradicted).for_each(|note| line.extend([" (", &note, ")"]));
            self.tell(&line)?;
        }
        let done = session.inputs().iter().filter_map(|input| if let Input::Did(id) = input { session.flow().remedy(id) } else { None });
        let mut done = done.peekable();
        if done.peek().is_some() {
            self.tell(&lang.diagnose_tried())?;
        }
        done.try_for_each(|remedy| self.tell(&format!("· {}", clean(&remedy.text))))
    }

    fn tell_end(&self, end: &End) -> Result<Done, Failure> {
        let lang = self.begun.screen.lang;
        let name = end.fault_name.clone().unwrap_or_else(|| lang.unknown_cause());
        let text = match end.outcome {
            Outcome::Resolved => lang.diagnose_resolved(name),
            Outcome::Escalated => lang.diagnose_escalated(name, end.escalation.as_ref().map_or(1, |escalation| escalation.level)),
            Outcome::Abandoned => lang.diagnose_abandoned(),
        };
        self.tell(&format!("\n{text}"))?;
        if let Some(say) = &end.said {
            self.tell(say)?;
        }
        if let Some(article) = &end.article {
            self.tell(&lang.diagnose_article(article))?;
        }
        if end.outcome == Outcome::Escalated {
            self.tell_desk()?;
            let draft = self.guide.draft(&[]).map_err(|error| self.begun.stopped(error))?;
            if let Some(reported) = self.begun.filed(draft)? {
                self.tell("")?;
                incident::printed(self.begun.screen, &reported)?;
            }
        }
        Ok(if end.outcome == Outcome::Resolved { Done::Good } else { Done::Finding })
    }
}

/// What a line says, as an answer to a question; none when it is no answer to it.
fn answer(question: &Question, line: &str) -> Option<FactValue> {
    match question.entry {
        Entry::Choice => {
            let number = line.parse::<usize>().ok()?;
            question.choices.get(number.checked_sub(1)?).map(|choice| choice.value.clone())
        }
        Entry::Number => line.parse().ok().map(FactValue::Int),
        Entry::Text => (!line.is_empty()).then(|| FactValue::Text(line.to_owned())),
    }
}

/// A value as people read it.
fn in_words(fact: &Fact, value: &FactValue) -> String {
    let unit = fact.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    fact.answer(value).map_or_else(|| format!("{}{unit}", clean(&value.to_string())), ToOwned::to_owned)
}
