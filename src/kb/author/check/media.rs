//! Pictures: shown where they are listed, described in words, and drawings that can do no harm.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::super::diagnostics::Problem;
use super::super::locate::Place;
use super::super::source::Reading;
use super::articles::{Subject, blocks, subjects};
use crate::kb::{Block, MediaId};

const SVG: &str = "http://www.w3.org/2000/svg";

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let present: BTreeSet<&str> = reading.source.media.iter().map(|media| media.id.as_str()).collect();
    let of_flows = reading.source.flows.iter().flat_map(|flow| &flow.remedies).filter_map(|remedy| remedy.picture.as_ref());
    let mut used: BTreeSet<&str> = of_flows.map(MediaId::as_str).collect();
    for subject in subjects(reading) {
        used.extend(subject.article.media.iter().map(MediaId::as_str));
        pictures(reading, &present, &subject, found);
    }
    for media in &reading.source.media {
        let path = PathBuf::from(format!("media/{}.svg", media.id));
        if !used.contains(media.id.as_str()) {
            let problem = Problem::warning("unused-media", &path, format!("ningún artículo ni flujo usa la imagen «{}»", media.id));
            found.push(problem.help("úsela o quítela"));
        }
        drawing(&path, reading.text(&path), found);
    }
}

fn pictures(reading: &Reading, present: &BTreeSet<&str>, subject: &Subject<'_>, found: &mut Vec<Problem>) {
    let listed: BTreeSet<&MediaId> = subject.article.media.iter().collect();
    let mut shown: BTreeMap<&MediaId, bool> = BTreeMap::new();
    for block in blocks(subject.article) {
        if let Block::Picture { id, alt } = block {
            let described = !alt.trim().is_empty();
            shown.entry(id).and_modify(|all| *all &= described).or_insert(described);
        }
    }
    let exists = |id: &MediaId| present.contains(id.as_str()) || reading.unreadable.contains(id.as_str());
    for id in &listed {
        if !exists(id) {
            let problem = subject.error("unknown-media", "media", id.as_str(), format!("la imagen «{id}» no existe"));
            found.push(problem.help(format!("dibújela en media/{id}.svg")));
        }
        if !shown.contains_key(id) {
            let problem = subject.warning("media-not-shown", "media", id.as_str(), format!("la imagen «{id}» no se muestra en el texto"));
            found.push(problem.help(format!("agregue ![qué muestra](media:{id}) después de su paso, o quítela de media")));
        }
    }
    for (id, described) in shown {
        let place = subject.body_place(&format!("(media:{id})"));
        let problem = |code, message: String| Problem::error(code, subject.path, message).at(place);
        if !listed.contains(id) {
            found.push(
                problem("media-not-listed", format!("la imagen «{id}» se muestra, pero no está en «media»")).help("agréguela a media"),
            );
            if !exists(id) {
                found.push(problem("unknown-media", format!("la imagen «{id}» no existe")).help(format!("dibújela en media/{id}.svg")));
            }
        }
        if !described {
            let place = subject.body_place(&format!("![](media:{id})"));
            let problem = Problem::error("picture-without-alt", subject.path, format!("la imagen «{id}» no dice qué muestra")).at(place);
            found.push(problem.help("escríbalo entre los corchetes, para quien no la ve"));
        }
    }
}

fn drawing(path: &Path, svg: &str, found: &mut Vec<Problem>) {
    let document = match Document::parse(svg) {
        Ok(document) => document,
        Err(error) => {
            let at = error.pos();
            let problem = Problem::error("bad-svg", path, format!("el SVG está mal formado: {error}")).at((at.row, at.col));
            found.push(problem.help("ábralo en un editor de SVG y guárdelo de nuevo"));
            return;
        }
    };
    let place = |node: Node<'_, '_>| -> Place {
        let at = document.text_pos_at(node.range().start);
        (at.row, at.col)
    };
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        let problem = Problem::error("bad-svg", path, "el archivo no es un SVG").at(place(root));
        found.push(problem.help(format!("la raíz debe ser <svg xmlns=\"{SVG}\">")));
        return;
    }
    let title = root.children().find(|node| node.has_tag_name((SVG, "title")));
    if title.and_then(|title| title.text()).is_none_or(|text| text.trim().is_empty()) {
        let problem = Problem::error("svg-without-title", path, "la imagen no tiene <title>").at(place(root));
        found.push(problem.help("agregue <title> con lo que muestra, como primer elemento"));
    }
    for node in document.descendants() {
        for danger in dangers(node) {
            let problem = Problem::error("unsafe-svg", path, format!("el SVG tiene {danger}")).at(place(node));
            found.push(problem.help("quítelo: la imagen debe ser solo un dibujo, completo en sí mismo"));
        }
    }
}

/// What a drawing mustn't have: code, foreign documents, anything that is loaded from elsewhere.
fn dangers(node: Node<'_, '_>) -> Vec<String> {
    if node.is_pi() {
        return vec!["una instrucción <?…?>".into()];
    }
    let mut found = Vec::new();
    let name = node.tag_name().name();
    if ["script", "foreignobject", "iframe", "object", "embed", "audio", "video"].contains(&name.to_ascii_lowercase().as_str()) {
        found.push(format!("<{name}>"));
    }
    for attribute in node.attributes() {
        let (key, value) = (attribute.name(), attribute.value().trim());
        if key.len() > 2 && key.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) {
            found.push(format!("código en «{key}»"));
        } else if loads(value) || (["href", "src"].contains(&key) && !value.starts_with('#')) {
            found.push(format!("una referencia de afuera en «{key}»"));
        }
    }
    if name == "style" && node.text().is_some_and(|css| css.contains("@import") || loads(css)) {
        found.push("una referencia de afuera en <style>".into());
    }
    found
}

/// Whether a style loads something: `url(…)` of anything but a part of the drawing itself.
fn loads(css: &str) -> bool {
    let lower = css.to_ascii_lowercase();
    lower.match_indices("url(").any(|(at, open)| !lower[at + open.len()..].trim_start_matches([' ', '"', '\'']).starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Base, SVG};

    fn drawn(from: &str, to: &str) -> std::io::Result<Vec<(&'static str, u32)>> {
        let base = Base::new()?;
        base.write("media/barra.svg", SVG.replacen(from, to, 1))?;
        Ok(base.told().into_iter().map(|t| (t.0, t.2)).collect())
    }

    #[test]
    fn drawings_are_harmless_and_have_a_title() -> std::io::Result<()> {
        let table: &[(&str, &str, &str, u32)] = &[
            ("<title>Una barra</title>", "", "svg-without-title", 1),
            ("<title>Una barra</title>", "<title> </title>", "svg-without-title", 1),
            ("</svg>", "</sgv>", "bad-svg", 4),
            ("<svg xmlns=\"http://www.w3.org/2000/svg\"", "<svg", "bad-svg", 1),
            ("<path d=\"M0 0h1\"/>", "<script>x</script>", "unsafe-svg", 3),
            ("<path d=\"M0 0h1\"/>", "<foreignObject/>", "unsafe-svg", 3),
            ("<path", "<path onclick=\"x()\"", "unsafe-svg", 3),
            ("<path", "<path fill=\"url(http://a/b)\"", "unsafe-svg", 3),
            ("<path d=\"M0 0h1\"/>", "<style>@import 'x';</style>", "unsafe-svg", 3),
            ("<path d=\"M0 0h1\"/>", "<image href=\"data:image/png;base64,AA\"/>", "unsafe-svg", 3),
            ("<path d=\"M0 0h1\"/>", "<use xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"https://a/b#c\"/>", "unsafe-svg", 3),
            ("<svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg", "bad-svg", 1),
        ];
        for (from, to, code, line) in table {
            assert_eq!(drawn(from, to)?, [(*code, *line)], "{to}");
        }
        assert_eq!(drawn("<path", "<path fill=\"url(#a)\"")?, []);
        Ok(())
    }

    #[test]
    fn pictures_are_listed_shown_present_and_described() -> std::io::Result<()> {
        let told = |front: &str, steps: &str| -> std::io::Result<Vec<(&'static str, u32)>> {
            let base = Base::new()?;
            base.write("articles/gps/gps-a.md", Base::article("gps-a", front, steps))?;
            Ok(base.told().into_iter().map(|t| (t.0, t.2)).collect())
        };
        assert_eq!(told("media: [nada]\n", "![x](media:nada)\n")?, [("unknown-media", 14)]);
        assert_eq!(told("media: [barra]\n", "")?, [("media-not-shown", 14)]);
        assert_eq!(told("", "![x](media:barra)\n")?, [("media-not-listed", 21)]);
        assert_eq!(told("media: [barra]\n", "![](media:barra)\n")?, [("picture-without-alt", 22)]);
        let base = Base::new()?;
        base.write("media/otra.svg", SVG)?;
        assert_eq!(base.told(), [("unused-media", "media/otra.svg".to_owned(), 0)]);
        Ok(())
    }
}
