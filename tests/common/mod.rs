//! A small knowledge base for tests: two services, four articles, invented.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use baquiano::kb::author::Media;
use baquiano::kb::pack::{Manifest, PackBuilder};
use baquiano::kb::{
    App, Applies, Area, Article, Block, Body, Catalog, Channel, Fact, Flow, Hours, Level, Priorities, Section, SectionKind, Service, Span,
    Synonyms, Target, Weekday,
};

pub(crate) fn article(id: &str, service: &str, title: &str, symptoms: &[&str], steps: &[&str]) -> Article {
    let text = |text: &str| vec![Span::Text(text.to_owned())];
    let step = |(number, words): (u32, &&str)| Block::Step { number, text: text(words) };
    Article {
        id: id.parse().unwrap(),
        title: title.to_owned(),
        service: service.parse().unwrap(),
        apps: Applies::All,
        level: 1,
        symptoms: symptoms.iter().map(|s| (*s).to_owned()).collect(),
        keywords: Vec::new(),
        faults: Vec::new(),
        facts: BTreeMap::new(),
        related: Vec::new(),
        vendors: Vec::new(),
        android: None,
        media: Vec::new(),
        variants: Vec::new(),
        reviewed: "2026-11-24".to_owned(),
        todo: Vec::new(),
        body: Body {
            intro: vec![Block::Paragraph(text("Se arregla en un momento."))],
            sections: vec![Section { kind: SectionKind::Steps, title: "Pasos".to_owned(), blocks: (1..).zip(steps).map(step).collect() }],
        },
    }
}

pub(crate) fn articles() -> Vec<Article> {
    vec![
        article(
            "gps-apagado",
            "gps",
            "La ubicación está apagada",
            &["el gps no funciona", "no agarra la ubicación", "no toma las coordenadas de la casa"],
            &["Baje la barra de arriba.", "Toque **Ubicación**."],
        ),
        article(
            "gps-sin-cielo",
            "gps",
            "No toma el punto adentro de la casa",
            &["se queda buscando señal de satélites", "adentro no agarra el gps"],
            &["Salga a cielo abierto.", "Espere cinco minutos."],
        ),
        article(
            "camara-permiso",
            "camara",
            "La app no tiene permiso de cámara",
            &["no abre la cámara", "no puedo tomar la foto", "la cámara sale en negro"],
            &["Abra Ajustes.", "Toque Permisos y después Cámara."],
        ),
        article(
            "camara-borrosa",
            "camara",
            "La foto sale borrosa",
            &["la foto sale movida", "no enfoca el documento"],
            &["Limpie el lente con un trapo seco."],
        ),
    ]
}

pub(crate) fn catalog() -> Catalog {
    let service = |id: &str, name: &str| Service {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        level: 1,
        area: "mesa".to_owned(),
        summary: name.to_owned(),
        tile: name.to_owned(),
        impact: 2,
        urgency: 2,
        keywords: vec![name.to_owned()],
    };
    Catalog {
        locale: "es-HN".to_owned(),
        name: "Mesa de prueba".to_owned(),
        apps: vec![App {
            id: "app-uno".parse().unwrap(),
            name: "Censo Ejemplo".to_owned(),
            package: "hn.ejemplo.censo".to_owned(),
            purpose: "Prueba".to_owned(),
            aliases: vec!["censito".to_owned()],
        }],
        areas: vec![Area { id: "mesa".to_owned(), name: "Mesa".to_owned(), level: 1 }],
        levels: vec![Level { id: 1, name: "Uno".to_owned(), does: "Todo".to_owned(), areas: vec!["mesa".to_owned()] }],
        services: vec![service("gps", "GPS"), service("camara", "Cámara"), service("mesa-de-ayuda", "Contacto")],
        hours: Hours {
            time_zone: "America/Tegucigalpa".to_owned(),
            zone_rule: Some("CST6".to_owned()),
            days: vec![Weekday::Mon],
            opens: "09:00".to_owned(),
            closes: "17:00".to_owned(),
            holidays: Vec::new(),
        },
        priorities: Priorities {
            matrix_version: 1,
            matrix: ["1", "2", "3"]
                .map(|impact| (impact.to_owned(), ["1", "2", "3"].map(|urgency| (urgency.to_owned(), "P2".to_owned())).into()))
                .into(),
            targets: BTreeMap::from([("P2".to_owned(), Target { response_min: 60, resolution_min: 480 })]),
        },
        channels: vec![Channel { id: "chat".to_owned(), name: "Chat".to_owned(), address: String::new(), purpose: String::new() }],
        todo: Vec::new(),
    }
}

pub(crate) fn synonyms() -> Synonyms {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    Synonyms {
        stop: words("el la los las un una de del a en que me mi se lo para por y o es con hola buenas"),
        weak: words("no app puedo sale agarra"),
        shorthand: BTreeMap::from([("xq".to_owned(), "por que".to_owned()), ("ubi".to_owned(), "ubicación".to_owned())]),
        groups: vec![vec!["foto".to_owned(), "retrato".to_owned()]],
        one_way: vec![baquiano::kb::OneWay { from: vec!["jala".to_owned()], to: vec!["funciona".to_owned()] }],
        spoken: BTreeMap::from([("jipies".to_owned(), "gps".to_owned())]),
    }
}

/// The pack of the small knowledge base, unsigned.
pub(crate) fn pack(revision: u32) -> Vec<u8> {
    pack_of(revision, &articles())
}

pub(crate) fn pack_of(revision: u32, articles: &[Article]) -> Vec<u8> {
    pack_with(revision, articles, &[], &[])
}

pub(crate) fn pack_with(revision: u32, articles: &[Article], facts: &[Fact], flows: &[Flow]) -> Vec<u8> {
    let media = Media {
        id: "modo-avion".parse().unwrap(),
        alt: "Botón de modo avión".to_owned(),
        svg: b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
    };
    let manifest = Manifest {
        name: "prueba".to_owned(),
        revision,
        date: "2026-11-24".to_owned(),
        locale: "es-HN".to_owned(),
        analyzer: 0,
        articles: 0,
    };
    PackBuilder { manifest, catalog: &catalog(), facts, synonyms: &synonyms(), articles, media: &[media], flows }.build().unwrap()
}
