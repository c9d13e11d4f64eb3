//! The catalog: the services that the desk promises, each with its level and area; hours, holidays and priorities.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::diagnostics::Problem;
use super::super::locate::locate;
use super::super::source::{CATALOG, Reading};
use super::super::text::{fold, is_date};
use super::super::zone;
use super::{item_place, key_place};
use crate::kb::{Catalog, Hours, Priorities, Service};

/// The services that the desk serves, by level. Fixed by the design: apps name them in their code.
const SERVICES: [(u8, &[&str]); 3] = [
    (
        1,
        &[
            "gps",
            "camara",
            "permisos",
            "contrasena",
            "usuario",
            "instalacion",
            "actualizacion",
            "sincronizacion",
            "cierre-inesperado",
            "mesa-de-ayuda",
        ],
    ),
    (2, &["creacion-usuario", "habilitacion-usuario", "desbloqueo-usuario", "acceso-modulo", "aula-virtual"]),
    (3, &["plataforma-web", "correccion-sistema"]),
];
/// Impact and urgency are each one of these.
const GRADES: [&str; 3] = ["1", "2", "3"];
/// Fewest articles of a service. Chosen: with fewer, a tile opens on almost nothing.
const MIN_ARTICLES: usize = 3;
/// Most words on a tile: two lines on a 5-inch screen.
const MAX_TILE_WORDS: usize = 3;

struct Check<'a> {
    reading: &'a Reading,
    catalog: &'a Catalog,
    found: &'a mut Vec<Problem>,
}

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let Some(catalog) = reading.source.catalog.as_ref().filter(|_| reading.is_sound(CATALOG)) else { return };
    let mut check = Check { reading, catalog, found };
    check.services();
    check.structure();
    check.apps();
    check.hours(&catalog.hours);
    check.priorities(&catalog.priorities);
    check.coverage();
}

impl Check<'_> {
    fn tell(&mut self, section: &str, code: &'static str, message: String, help: &str) {
        let place = key_place(self.reading, CATALOG, section);
        self.found.push(Problem::error(code, CATALOG, message).at(place).field(section).help(help));
    }

    fn tell_item(&mut self, (section, id, field): (&str, &str, &str), code: &'static str, message: String, help: &str) {
        let place = item_place(self.reading, CATALOG, section, id, field);
        self.found.push(Problem::error(code, CATALOG, message).at(place).field(field).help(help));
    }

    fn tell_value(&mut self, (section, value): (&str, &str), code: &'static str, message: String, help: &str) {
        let place = locate(self.reading.text(Path::new(CATALOG)), section, value).unwrap_or_default();
        self.found.push(Problem::error(code, CATALOG, message).at(place).field(section).help(help));
    }

    fn services(&mut self) {
        let catalog = self.catalog;
        for (level, ids) in SERVICES {
            for id in ids {
                match catalog.services.iter().find(|service| service.id.as_str() == *id) {
                    None => self.tell("services", "missing-service", format!("falta el servicio «{id}»"), "agréguelo a services"),
                    Some(service) if service.level != level => {
                        let message = format!("el servicio «{id}» es de nivel {level}, y aquí dice {}", service.level);
                        self.tell_item(("services", id, "level"), "level-mismatch", message, "corrija el nivel");
                    }
                    Some(_) => {}
                }
            }
        }
        for service in &catalog.services {
            self.service(service);
        }
        let lists: [(&str, Vec<String>); 5] = [
            ("services", catalog.services.iter().map(|s| s.id.to_string()).collect()),
            ("apps", catalog.apps.iter().map(|a| a.id.to_string()).collect()),
            ("areas", catalog.areas.iter().map(|a| a.id.clone()).collect()),
            ("levels", catalog.levels.iter().map(|l| l.id.to_string()).collect()),
            ("channels", catalog.channels.iter().map(|c| c.id.clone()).collect()),
        ];
        for (section, ids) in lists {
            let mut seen = BTreeSet::new();
            for id in ids {
                if !seen.insert(id.clone()) {
                    self.tell_item((section, &id, "id"), "duplicate-id", format!("el id «{id}» está dos veces"), "cambie uno");
                }
            }
        }
    }

    fn service(&mut self, service: &Service) {
        let id = service.id.as_str();
        if !SERVICES.iter().any(|(_, ids)| ids.contains(&id)) {
            self.tell_item(
                ("services", id, "id"),
                "unknown-service",
                format!("el servicio «{id}» no es de los acordados"),
                "quítelo, o acuérdelo con las apps",
            );
        }
        match self.catalog.areas.iter().find(|area| area.id == service.area) {
            None => self.tell_item(
                ("services", id, "area"),
                "unknown-area",
                format!("el área «{}» no existe", service.area),
                "use un área de areas",
            ),
            Some(area) if area.level != service.level => {
                let message =
                    format!("el servicio «{id}» es de nivel {}, pero su área «{}» es de nivel {}", service.level, area.id, area.level);
                self.tell_item(("services", id, "area"), "level-mismatch", message, "cambie el área o el nivel");
            }
            Some(_) => {}
        }
        for (field, grade) in [("impact", service.impact), ("urgency", service.urgency)] {
            if !(1..=3).contains(&grade) {
                self.tell_item(("services", id, field), "bad-grade", format!("«{field}» es {grade}"), "escriba 1 (alto), 2 o 3 (bajo)");
            }
        }
        let words = service.tile.split_whitespace().count();
        if words == 0 || words > MAX_TILE_WORDS {
            let message = format!("el botón «{}» tiene {words} palabras", service.tile);
            self.tell_item(("services", id, "tile"), "bad-tile", message, "escriba de una a tres palabras");
        }
        for (field, text) in [("name", &service.name), ("summary", &service.summary)] {
            if text.trim().is_empty() {
                self.tell_item(("services", id, field), "empty-value", format!("«{field}» está vacío"), "escríbalo");
            }
        }
        if service.keywords.is_empty() || service.keywords.iter().any(|word| fold(word).is_empty()) {
            self.tell_item(
                ("services", id, "keywords"),
                "empty-value",
                format!("el servicio «{id}» tiene palabras clave vacías o ninguna"),
                "escríbalas",
            );
        }
    }

    fn structure(&mut self) {
        let catalog = self.catalog;
        for level in 1..=3u8 {
            if !catalog.levels.iter().any(|known| known.id == level) {
                self.tell("levels", "missing-level", format!("falta el nivel {level}"), "agréguelo a levels");
            }
        }
        for level in &catalog.levels {
            for area in &level.areas {
                let id = level.id.to_string();
                match catalog.areas.iter().find(|known| known.id == *area) {
                    None => self.tell_item(
                        ("levels", &id, "areas"),
                        "unknown-area",
                        format!("el área «{area}» no existe"),
                        "use un área de areas",
                    ),
                    Some(known) if known.level != level.id => {
                        let message = format!("el área «{area}» es de nivel {}, no de nivel {}", known.level, level.id);
                        self.tell_item(("levels", &id, "areas"), "level-mismatch", message, "póngala en su nivel");
                    }
                    Some(_) => {}
                }
            }
        }
        for area in &catalog.areas {
            if !catalog.levels.iter().any(|level| level.areas.contains(&area.id)) {
                self.tell_item(
                    ("areas", &area.id, "id"),
                    "unused-area",
                    format!("ningún nivel tiene el área «{}»", area.id),
                    "agréguela a su nivel en levels",
                );
            }
        }
        if catalog.channels.is_empty() {
            self.tell("channels", "no-channels", "no hay cómo comunicarse con la mesa".into(), "agregue un canal");
        }
    }

    /// A name must mean one app: the search takes it for it.
    fn apps(&mut self) {
        let catalog = self.catalog;
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for app in &catalog.apps {
            let own: BTreeSet<String> = app.aliases.iter().chain(std::iter::once(&app.name)).map(|name| fold(name)).collect();
            for name in own {
                let id = app.id.as_str();
                if name.is_empty() {
                    self.tell_item(("apps", id, "aliases"), "empty-value", format!("la app «{id}» tiene un nombre vacío"), "quítelo");
                } else if let Some(owner) = owners.insert(name.clone(), id) {
                    let message = format!("«{name}» es nombre de «{owner}» y de «{id}»");
                    self.tell_item(("apps", id, "aliases"), "ambiguous-app", message, "déjelo en una sola");
                }
            }
        }
    }

    fn hours(&mut self, hours: &Hours) {
        for (field, time) in [("opens", &hours.opens), ("closes", &hours.closes)] {
            if minutes(time).is_none() {
                self.tell_value(
                    ("hours", time),
                    "bad-hours",
                    format!("«{field}» dice «{time}», que no es una hora"),
                    "escriba HH:MM entre comillas, como \"09:00\"",
                );
            }
        }
        if minutes(&hours.opens).zip(minutes(&hours.closes)).is_some_and(|(opens, closes)| opens >= closes) {
            let message = format!("la mesa abre a las {} y cierra a las {}", hours.opens, hours.closes);
            self.tell_value(("hours", &hours.closes), "bad-hours", message, "la hora de cerrar debe ser después");
        }
        let distinct = hours.days.iter().collect::<std::collections::HashSet<_>>().len();
        if hours.days.is_empty() || distinct != hours.days.len() {
            self.tell(
                "hours",
                "bad-hours",
                "«days» está vacío o repite un día".into(),
                "escriba cada día una vez: [mon, tue, wed, thu, fri]",
            );
        }
        match (zone::rule_of(&hours.time_zone), &hours.zone_rule) {
            (None, _) => {
                let message = format!("«{}» no es una zona horaria que tenga una sola regla", hours.time_zone);
                self.tell_value(("hours", &hours.time_zone), "bad-time-zone", message, "escríbala como America/Tegucigalpa");
            }
            (Some(rule), None) => {
                let message = "falta «zone_rule», la regla de la zona: los teléfonos no llevan la tabla de zonas".into();
                self.tell("hours", "bad-time-zone", message, &format!("escriba zone_rule: {rule}"));
            }
            (Some(rule), Some(written)) if !zone::agree(&hours.time_zone, written) => {
                let message = format!("«{written}» no es la regla de {}", hours.time_zone);
                self.tell_value(("hours", written), "bad-time-zone", message, &format!("escriba zone_rule: {rule}"));
            }
            _ => {}
        }
        let mut seen = BTreeSet::new();
        for holiday in &hours.holidays {
            let date = holiday.date.as_str();
            if !is_date(date) {
                self.tell_value(
                    ("hours", date),
                    "bad-date",
                    format!("el feriado «{date}» no es una fecha"),
                    "escríbala AAAA-MM-DD entre comillas",
                );
            } else if !seen.insert(date) {
                self.tell_value(("hours", date), "duplicate-holiday", format!("el feriado {date} está dos veces"), "deje uno");
            }
        }
    }

    fn priorities(&mut self, priorities: &Priorities) {
        for impact in GRADES {
            for urgency in GRADES {
                if !priorities.matrix.get(impact).is_some_and(|row| row.contains_key(urgency)) {
                    let message = format!("la matriz no dice la prioridad de impacto {impact} y urgencia {urgency}");
                    self.tell("priorities", "incomplete-matrix", message, "complete las nueve casillas");
                }
            }
        }
        let beyond = |key: &&String| !GRADES.contains(&key.as_str());
        let strange: BTreeSet<&String> =
            priorities.matrix.keys().chain(priorities.matrix.values().flat_map(BTreeMap::keys)).filter(beyond).collect();
        for key in strange {
            self.tell_value(("priorities", key), "bad-grade", format!("la matriz tiene «{key}»"), "solo van \"1\", \"2\" y \"3\"");
        }
        let used: BTreeSet<&String> = priorities.matrix.values().flat_map(BTreeMap::values).collect();
        for priority in used.iter().filter(|priority| !priorities.targets.contains_key(**priority)) {
            let message = format!("la prioridad «{priority}» no tiene metas");
            self.tell_value(("priorities", priority), "missing-target", message, "agréguela a targets");
        }
        for (priority, target) in &priorities.targets {
            if !used.contains(priority) {
                let place = locate(self.reading.text(Path::new(CATALOG)), "priorities", priority).unwrap_or_default();
                let problem = Problem::warning("unused-target", CATALOG, format!("ninguna casilla de la matriz da «{priority}»"));
                self.found.push(problem.at(place).field("priorities").help("quítela de targets"));
            }
            if target.response_min == 0 || target.resolution_min < target.response_min {
                let message =
                    format!("las metas de «{priority}» no cuadran: respuesta {}, solución {}", target.response_min, target.resolution_min);
                self.tell_value(("priorities", priority), "bad-target", message, "la respuesta va antes que la solución, y ninguna es 0");
            }
        }
    }

    fn coverage(&mut self) {
        let catalog = self.catalog;
        for service in &catalog.services {
            let count = self.reading.source.articles.iter().filter(|article| article.service == service.id).count();
            if count < MIN_ARTICLES {
                let place = item_place(self.reading, CATALOG, "services", service.id.as_str(), "id");
                let problem = Problem::warning("few-articles", CATALOG, format!("el servicio «{}» tiene {count} artículos", service.id));
                self.found.push(problem.at(place).help(format!("escriba al menos {MIN_ARTICLES}")));
            }
        }
    }
}

/// The minutes of a time of day, `HH:MM`.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let part = |text: &str, below: u32| {
        text.parse::<u32>().ok().filter(|n| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()) && *n < below)
    };
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

/// Whether a text has the shape of an IANA time zone. Which zones there are is not known here.
#[cfg(test)]
pub(super) mod tests {
    use super::super::testing::Base;
    use super::*;

    /// A catalog without a mistake.
    pub(in super::super) fn catalog() -> String {
        let areas = ["mesa", "cuentas", "sistemas"];
        let mut text = String::from(
            "locale: es-HN\nname: Mesa\napps:\n  - { id: fsu-rup, name: FSU RUP, package: hn.x, purpose: y, aliases: [fsu] }\nareas:\n",
        );
        for (n, area) in areas.iter().enumerate() {
            text += &format!("  - {{ id: {area}, name: X, level: {} }}\n", n + 1);
        }
        text += "levels:\n";
        for (n, area) in areas.iter().enumerate() {
            text += &format!("  - {{ id: {}, name: X, does: Y, areas: [{area}] }}\n", n + 1);
        }
        text += "services:\n";
        for (level, ids) in SERVICES {
            for id in ids {
                let area = areas[usize::from(level) - 1];
                text += &format!(
                    "  - {{ id: {id}, name: X, level: {level}, area: {area}, summary: S, tile: T, impact: 2, urgency: 2, keywords: [k] }}\n"
                );
            }
        }
        text += "hours:\n  time_zone: America/Tegucigalpa\n  zone_rule: CST6\n  days: [mon, fri]\n  opens: \"09:00\"\n  closes: \"17:00\"\n  holidays:\n    - { date: \"2026-12-25\", name: Navidad }\n";
        text += "priorities:\n  matrix_version: 1\n  matrix:\n    \"1\": { \"1\": P1, \"2\": P2, \"3\": P2 }\n    \"2\": { \"1\": P2, \"2\": P2, \"3\": P2 }\n    \"3\": { \"1\": P2, \"2\": P2, \"3\": P2 }\n";
        text + "  targets:\n    P1: { response_min: 15, resolution_min: 240 }\n    P2: { response_min: 60, resolution_min: 480 }\nchannels:\n  - { id: chat, name: Chat, address: x, use: y }\n"
    }

    #[test]
    fn each_broken_promise_of_the_catalog_is_told() -> std::io::Result<()> {
        let table: &[(&str, &str, &[&str])] = &[
            ("id: camara,", "id: camera,", &["missing-service", "unknown-service"]),
            (
                "id: gps, name: X, level: 1",
                "id: gps, name: X, level: 2",
                &["level-mismatch", "level-mismatch", "level-mismatch", "level-mismatch"],
            ),
            ("level: 3, area: sistemas", "level: 3, area: nada", &["unknown-area"]),
            ("areas: [cuentas]", "areas: [mesa]", &["level-mismatch", "unused-area"]),
            ("tile: T", "tile: uno dos tres cuatro", &["bad-tile"]),
            ("impact: 2", "impact: 4", &["bad-grade"]),
            ("opens: \"09:00\"", "opens: \"9:00\"", &["bad-hours"]),
            ("closes: \"17:00\"", "closes: \"08:00\"", &["bad-hours"]),
            ("days: [mon, fri]", "days: [mon, mon]", &["bad-hours"]),
            ("America/Tegucigalpa", "Tegucigalpa", &["bad-time-zone"]),
            ("2026-12-25", "2026-12-32", &["bad-date"]),
            ("Navidad }\n", "Navidad }\n    - { date: \"2026-12-25\", name: Otra }\n", &["duplicate-holiday"]),
            ("\"3\": { \"1\": P2, ", "\"3\": { ", &["incomplete-matrix"]),
            ("{ \"1\": P1,", "{ \"1\": P9,", &["missing-target", "unused-target"]),
            ("response_min: 15, resolution_min: 240", "response_min: 15, resolution_min: 10", &["bad-target"]),
            ("aliases: [fsu] }\n", "aliases: [fsu] }\n  - { id: otra, name: Fsu, package: x, purpose: y }\n", &["ambiguous-app"]),
        ];
        for (from, to, want) in table {
            let base = Base::new()?;
            base.edit("catalog.yaml", from, to)?;
            let mut told: Vec<_> = base.told();
            assert!(told.iter().all(|t| t.2 > 0), "{told:?}");
            let mut codes: Vec<_> = told.drain(..).map(|t| t.0).collect();
            codes.sort_unstable();
            assert_eq!(&codes, want, "{from} → {to}");
        }
        Ok(())
    }

    #[test]
    fn a_service_with_few_articles_is_a_warning_at_its_line() -> std::io::Result<()> {
        let base = Base::new()?;
        let found = super::super::check(&base.read());
        assert_eq!(found.len(), 17);
        assert!(found.iter().all(|p| p.code == "few-articles" && p.line > 0));
        Ok(())
    }

    #[test]
    fn times_and_zones_have_their_shapes() {
        assert_eq!(minutes("09:05"), Some(545));
        for bad in ["9:00", "24:00", "12:60", "+1:00", "", "12"] {
            assert_eq!(minutes(bad), None, "{bad}");
        }
    }
}
