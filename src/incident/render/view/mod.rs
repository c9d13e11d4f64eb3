//! From the record to words, section by section.

mod diagnosis;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::words::{self, clean, flat};
use super::{Block, PreKind, Row, Section, Topic, View};
use crate::incident::record::{Attachment, Device, Incident, Moment};
use crate::incident::rules::Rules;

impl View {
    /// An incident in words. The rules give the names: of services, areas and apps, and of facts when they have them
    /// ([`Rules::with_facts`]). Times are those of the desk's clock.
    pub fn of(incident: &Incident, rules: &Rules) -> Self {
        let writer = Writer { incident, rules };
        Self {
            title: flat(&format!("{} · {}", incident.classification.priority, incident.summary)),
            subtitle: format!("Caso {} · {}", incident.id, incident.life.phase.name()),
            sections: writer.sections(),
        }
    }
}

struct Writer<'i> {
    incident: &'i Incident,
    rules: &'i Rules,
}

impl Writer<'_> {
    fn sections(&self) -> Vec<Section> {
        let all = [
            (Topic::What, vec![self.what()]),
            (Topic::Urgency, self.urgency()),
            (Topic::Resolution, vec![self.resolution()]),
            (Topic::Satisfaction, vec![self.satisfaction()]),
            (Topic::Diagnosis, self.diagnosis()),
            (Topic::Device, vec![device(&self.incident.device)]),
            (Topic::Who, vec![self.who()]),
            (Topic::Times, vec![self.times()]),
            (Topic::Crash, self.crash()),
            (Topic::Log, vec![self.log()]),
            (Topic::Attachments, self.attachments()),
            (Topic::Articles, vec![list(None, self.incident.articles.iter().map(|id| id.as_str()))]),
            (Topic::References, vec![self.references()]),
            (Topic::History, vec![self.history()]),
            (Topic::Identity, vec![self.identity()]),
        ];
        let filled = all.into_iter().map(|(topic, blocks)| Section { topic, blocks: blocks.into_iter().flatten().collect() });
        filled.filter(|section| !section.blocks.is_empty()).collect()
    }

    fn at(&self, moment: Moment) -> Option<String> {
        Some(words::short(self.rules, moment))
    }

    fn what(&self) -> Option<Block> {
        let incident = self.incident;
        let app = incident.app.as_ref();
        let version = app.and_then(|app| match (&app.version, app.build) {
            (Some(version), Some(build)) => Some(format!("{version} (compilación {build})")),
            (Some(version), None) => Some(version.clone()),
            (None, build) => build.map(|build| format!("Compilación {build}")),
        });
        rows([
            ("Resumen", Some(incident.summary.clone())),
            ("En palabras del usuario", incident.symptom.clone()),
            ("Servicio", Some(self.rules.service_name(&incident.service).to_owned())),
            ("Aplicación", app.map(|app| self.rules.app_name(&app.id).to_owned())),
            ("Versión de la aplicación", version),
            ("Lo detectó", Some(incident.origin.name().to_owned())),
        ])
    }

    fn urgency(&self) -> Vec<Option<Block>> {
        let judged = &self.incident.classification;
        let due = self.incident.due;
        let by = |moment| Some(words::before(self.rules, moment));
        let facts = rows([
            ("Prioridad", Some(judged.priority.to_string())),
            ("Primera respuesta", due.and_then(|due| by(due.response))),
            ("Solución", due.and_then(|due| by(due.resolution))),
            ("Impacto", Some(words::degree(judged.impact, ["alto", "medio", "bajo"]))),
            ("Urgencia", Some(words::degree(judged.urgency, ["alta", "media", "baja"]))),
            ("Lo atiende", Some(format!("Nivel {}: {}", judged.level, self.rules.area_name(&judged.area)))),
        ]);
        vec![facts, list(Some("Por qué"), judged.why.iter().map(String::as_str))]
    }

    fn resolution(&self) -> Option<Block> {
        let resolution = self.incident.life.resolution.as_ref()?;
        rows([("Cómo terminó", Some(resolution.code.name().to_owned())), ("Qué se hizo", resolution.note.clone())])
    }

    fn satisfaction(&self) -> Option<Block> {
        let satisfaction = self.incident.life.satisfaction.as_ref()?;
        rows([("Nota", Some(format!("{} de 5", satisfaction.score))), ("Comentario", satisfaction.comment.clone())])
    }

    fn who(&self) -> Option<Block> {
        let reporter = &self.incident.reporter;
        let contact = reporter.contact.as_ref().map(|contact| format!("{}: {}", words::way(&contact.by), contact.at));
        rows([
            ("Usuario", reporter.alias.clone()),
            ("Pidió respuesta por", contact),
            ("Lugar", self.incident.place.as_ref().map(words::place)),
        ])
    }

    fn times(&self) -> Option<Block> {
        let (times, clock) = (self.incident.times, &self.incident.clock);
        let trusted = match clock.trusted {
            Some(true) => "Confirmada",
            Some(false) => "Puede estar mal: el reloj no está confirmado",
            None => "No se sabe si está bien",
        };
        let changed = (self.incident.revision > 0).then_some(times.updated);
        rows([
            ("Ocurrió", self.at(times.occurred)),
            ("Se registró", self.at(times.observed)),
            ("Último cambio", changed.and_then(|moment| self.at(moment))),
            ("Hora del teléfono", Some(trusted.to_owned())),
            ("Zona horaria del teléfono", clock.zone.clone()),
            ("Encendido desde hacía", clock.monotonic_ms.map(words::span)),
        ])
    }

    fn crash(&self) -> Vec<Option<Block>> {
        let Some(crash) = &self.incident.crash else { return Vec::new() };
        vec![
            rows([("Tipo", Some(crash.kind.clone())), ("Mensaje", Some(crash.message.clone()))]),
            pre(PreKind::Stack, crash.stack.iter().map(|frame| flat(frame))),
            list(Some("Antes de la falla"), crash.breadcrumbs.iter().map(String::as_str)),
        ]
    }

    fn log(&self) -> Option<Block> {
        let day = self.incident.times.occurred;
        let line = |at, text: &str| format!("{} {}", words::of_log(self.rules, at, day), flat(text));
        pre(PreKind::Log, self.incident.log.iter().map(|own| line(own.at, &own.text)))
    }

    fn attachments(&self) -> Vec<Option<Block>> {
        let all = &self.incident.attachments;
        let names: Vec<String> = all.iter().map(named).collect();
        let mut blocks = vec![list(None, names.iter().map(String::as_str))];
        blocks.extend(all.iter().map(picture));
        blocks
    }

    fn references(&self) -> Option<Block> {
        let named: Vec<String> = self.incident.references.iter().map(|own| format!("{}: {}", own.system, own.number)).collect();
        list(None, named.iter().map(String::as_str))
    }

    fn history(&self) -> Option<Block> {
        let events = self.incident.life.history.iter();
        let row = |event: &crate::incident::Event| {
            let phase = if event.from == Some(event.to) { "Nota" } else { event.to.name() };
            [words::short(self.rules, event.at), phase.to_owned(), words::who(&event.by).to_owned(), event.why.clone()]
        };
        table(None, &["Cuándo", "Fase", "Quién", "Por qué"], events.map(row))
    }

    fn identity(&self) -> Option<Block> {
        let incident = self.incident;
        let times = incident.occurrences;
        let span = if times.count > 1 {
            let (first, last) = (words::short(self.rules, times.first), words::short(self.rules, times.last));
            format!("{} veces, del {first} al {last}", times.count)
        } else {
            format!("{} vez, el {}", times.count, words::short(self.rules, times.first))
        };
        rows([
            ("Caso", Some(incident.id.to_string())),
            ("Revisión", Some(incident.revision.to_string())),
            ("Viene del caso", incident.parent.map(|id| id.to_string())),
            ("Huella de la causa", Some(incident.fingerprint.clone())),
            ("Veces", Some(span)),
            ("Base de conocimiento", incident.knowledge.clone()),
        ])
    }
}

fn device(device: &Device) -> Option<Block> {
    let level = device.api_level.map(|level| format!("API {level}"));
    let android = match (&device.android, level) {
        (Some(release), Some(level)) => Some(format!("{release} ({level})")),
        (release, level) => release.clone().or(level),
    };
    rows([
        ("Marca", device.vendor.clone()),
        ("Modelo", device.model.clone()),
        ("Android", android),
        ("Procesador (ABI)", device.abi.clone()),
        ("Almacenamiento", device.storage_free_mb.map(words::storage)),
        ("Batería", device.battery_percent.map(|percent| format!("{percent} %"))),
        ("Red", device.network.as_deref().map(words::network)),
        ("Idioma", device.locale.clone()),
    ])
}

fn named(attachment: &Attachment) -> String {
    let (kind, size) = (words::kind(attachment.media_type), words::size(attachment.bytes));
    let cut = match (attachment.truncated, attachment.content.is_empty()) {
        (false, _) => "",
        (true, false) => "; cortado, está solo el comienzo",
        (true, true) => "; no cupo, solo queda el nombre",
    };
    format!("{} ({kind}, {size}{cut})", attachment.name)
}

fn picture(attachment: &Attachment) -> Option<Block> {
    if attachment.media_type.is_text() {
        return None;
    }
    // Written anew: what a record of another's says is base64 may be anything.
    let base64 = STANDARD.encode(attachment.decoded().filter(|bytes| !bytes.is_empty())?);
    Some(Block::Picture { name: flat(&attachment.name), media_type: attachment.media_type, base64 })
}

fn rows<const N: usize>(all: [(&'static str, Option<String>); N]) -> Option<Block> {
    let cleaned = all.into_iter().filter_map(|(label, value)| Some(Row { label, value: clean(&value?) }));
    let rows: Vec<Row> = cleaned.filter(|row| !row.value.is_empty()).collect();
    (!rows.is_empty()).then_some(Block::Rows(rows))
}

fn list<'t>(label: Option<&'static str>, all: impl Iterator<Item = &'t str>) -> Option<Block> {
    let items: Vec<String> = all.map(clean).filter(|item| !item.is_empty()).collect();
    (!items.is_empty()).then_some(Block::Lines { label, items })
}

fn table<const N: usize>(label: Option<&'static str>, head: &[&'static str; N], all: impl Iterator<Item = [String; N]>) -> Option<Block> {
    let rows: Vec<Vec<String>> = all.map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
    (!rows.is_empty()).then_some(Block::Table { label, head: head.to_vec(), rows })
}

fn pre(kind: PreKind, lines: impl Iterator<Item = String>) -> Option<Block> {
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then_some(Block::Pre { kind, lines })
}
