//! What the user is told of a case, by where it is in its life: a chat's text, ready to be sent.

use baquiano::incident::{Incident, Phase, REOPEN_DAYS, Resolution, ResolutionCode, Rules};

/// The reply for a case as it stands at a moment, in milliseconds since 1970.
pub(super) fn text(incident: &Incident, reference: &str, rules: &Rules, now_ms: i64) -> String {
    let of = incident.classification();
    // What the first level has is with the desk that writes.
    let taken = if of.level > 1 { format!(" Lo atiende el nivel {}: {}.", of.level, rules.area_name(&of.area)) } else { String::new() };
    let said = match incident.phase() {
        Phase::Recorded | Phase::Classified => {
            // A promise that wasn't kept isn't made again.
            let due = incident.due().filter(|due| due.response.ms() > now_ms);
            format!("{}{taken}\n{KEEP}", rules.promise(due, now_ms))
        }
        Phase::Investigating => format!("Ya estamos viendo su caso.{taken} Le avisamos por aquí en cuanto haya respuesta.\n{KEEP}"),
        Phase::Resolved => {
            let works = incident.resolution().is_none_or(|resolution| works(resolution.code));
            format!(
                "{}{}",
                ended(incident.resolution()),
                if works { "\n¿Ya le trabaja bien? Respóndanos *sí* o *no* por aquí." } else { "" }
            )
        }
        // It goes on in the other one.
        Phase::Closed if incident.resolution().is_some_and(|own| own.code == ResolutionCode::Duplicate) => ended(incident.resolution()),
        Phase::Closed => format!(
            "{}\nCerramos su caso. Si le vuelve a pasar antes de {REOPEN_DAYS} días, escríbanos con este número y lo abrimos otra vez.",
            ended(incident.resolution())
        ),
        Phase::FollowUp => "Queremos saber cómo le fue. ¿Le ha vuelto a pasar? Respóndanos *sí* o *no* por aquí.".to_owned(),
    };
    format!("*Caso {reference}*\n{said}")
}

/// What keeps the user's work safe meanwhile.
const KEEP: &str = "Mientras tanto, no borre la app ni sus formularios.";

/// Whether the user can work again.
fn works(code: ResolutionCode) -> bool {
    use ResolutionCode::{Explained, Fixed, Granted, Workaround};
    matches!(code, Fixed | Workaround | Explained | Granted)
}

fn ended(resolution: Option<&Resolution>) -> String {
    let said = match resolution.map_or(ResolutionCode::Fixed, |resolution| resolution.code) {
        ResolutionCode::Fixed => "Su caso quedó resuelto.",
        ResolutionCode::Workaround => "Ya puede seguir trabajando, de otra forma.",
        ResolutionCode::Explained => "Revisamos su caso: no hay daño.",
        ResolutionCode::Granted => "Ya tiene el acceso que pidió.",
        ResolutionCode::Duplicate => "Su caso es el mismo que otro que ya atendemos. Le avisamos por aquí en cuanto haya respuesta.",
        ResolutionCode::Withdrawn => "Usted nos dijo que ya no lo necesita.",
        ResolutionCode::NotFixed => "No lo pudimos arreglar.",
    };
    // That of a repeat names the other case, which is somebody else's.
    let note = resolution.filter(|resolution| resolution.code != ResolutionCode::Duplicate).and_then(|resolution| resolution.note.as_ref());
    note.map_or_else(|| said.to_owned(), |note| format!("{said} {note}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use baquiano::HelpDesk;
    use baquiano::incident::{Change, Draft, Moment, Origin};
    use baquiano::kb::pack::Pack;

    use super::*;

    #[test]
    fn each_state_has_its_reply() {
        let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap();
        let kb = desk.knowledge();
        let (catalog, rules) = (kb.catalog().unwrap(), kb.rules().unwrap());
        let mut draft = Draft::new(Origin::Technician);
        draft.symptom = Some("no me agarra el gps".to_owned());
        let mut incident = desk.register(draft).unwrap();
        let at = incident.times().observed;
        let said = |incident: &Incident, later: i64| text(incident, "MA-000007", rules, at.ms() + later);
        let promised = said(&incident, 0);
        assert!(promised.starts_with("*Caso MA-000007*\nSu caso quedó registrado.") && promised.contains("le responderán"), "{promised}");
        assert!(!said(&incident, 90 * 24 * 60 * 60 * 1000).contains("responderán"), "what is long past isn't promised");
        let step = |incident: &mut Incident, change: Change| incident.change(Moment::new(at.ms() + 1, at.offset_s()), change).unwrap();
        step(&mut incident, Change::step("mesa", Phase::Investigating, "x"));
        assert!(said(&incident, 0).contains("Ya estamos viendo su caso. Le avisamos"));
        let third = catalog.areas.iter().find(|area| area.level == 3).unwrap();
        incident.hand_over(at, "mesa", third.level, &third.id, "es de la app").unwrap();
        assert!(said(&incident, 0).contains(&format!("Lo atiende el nivel 3: {}.", third.name)));
        step(&mut incident, Change::step("mesa", Phase::Resolved, "x").resolved_by(ResolutionCode::Granted, Some("Entre otra vez.")));
        assert_eq!(
            said(&incident, 0),
            "*Caso MA-000007*\nYa tiene el acceso que pidió. Entre otra vez.\n¿Ya le trabaja bien? Respóndanos *sí* o *no* por aquí."
        );
        step(&mut incident, Change::step("mesa", Phase::Closed, "x"));
        assert!(said(&incident, 0).contains("antes de 14 días"));
        let mut repeated = incident.clone();
        step(&mut repeated, Change::step("mesa", Phase::Investigating, "x"));
        step(
            &mut repeated,
            Change::step("mesa", Phase::Closed, "x").resolved_by(ResolutionCode::Duplicate, Some("Es el mismo que MA-000001.")),
        );
        let said_of = said(&repeated, 0);
        assert!(said_of.contains("ya atendemos") && !said_of.contains("MA-000001") && !said_of.contains("Cerramos"), "{said_of}");
        step(&mut incident, Change::step("mesa", Phase::FollowUp, "x"));
        assert!(said(&incident, 0).contains("cómo le fue"));
    }
}
