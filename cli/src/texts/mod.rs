//! Everything that the program says, in both languages side by side, so that neither can be forgotten.
//!
//! Two kinds of text stay in Spanish whatever the language: the content of the knowledge base, and the problems that its checks
//! tell, which are for the people who write that content.

pub(crate) mod errors;
pub(crate) mod help;

use std::fmt::Display;

/// The language of the messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Lang {
    /// Spanish of Honduras.
    #[default]
    Es,
    /// English.
    En,
}

impl Lang {
    /// One of two texts.
    pub(crate) fn pick<T>(self, es: T, en: T) -> T {
        match self {
            Self::Es => es,
            Self::En => en,
        }
    }
}

macro_rules! messages {
    ($($name:ident($($arg:ident),*): $es:literal | $en:literal;)*) => {
        impl Lang {
            $(pub(crate) fn $name(self, $($arg: impl Display),*) -> String {
                match self {
                    Self::Es => format!($es),
                    Self::En => format!($en),
                }
            })*
        }
    };
}

messages! {
    error(what): "error: {what}" | "error: {what}";
    warning(what): "aviso: {what}" | "warning: {what}";
    internal(what): "error interno: {what}" | "internal error: {what}";
    cannot_write_output(why): "no se puede escribir la salida: {why}" | "cannot write the output: {why}";

    // Articles and searches.
    level(n): "nivel {n}" | "level {n}";
    picture(alt): "[imagen: {alt}]" | "[picture: {alt}]";
    variants(): "Según el teléfono" | "By phone";
    any_phone(): "otros" | "others";
    did_you_mean(text): "¿Quiso decir «{text}»?" | "Did you mean “{text}”?";
    other_hits(): "También puede ser:" | "It may also be:";
    unsure(): "No es seguro que esta sea la ayuda que busca." | "This may not be the help that you need.";
    nothing_found(): "No se encontró ayuda para esa pregunta." | "No help was found for that question.";
    services(): "La mesa atiende estos servicios:" | "These are the services of the desk:";

    // Guided diagnosis.
    learn_head(): "| flujo | causa | peso del flujo | casos | peso aprendido |" | "| flow | cause | prior of the flow | cases | learned prior |";
    bad_line(path, line, why): "{path}, línea {line}: {why}" | "{path}, line {line}: {why}";
    bad_fault(flow, fault): "el flujo «{flow}» no tiene la causa «{fault}»" | "the flow \"{flow}\" has no fault \"{fault}\"";
    simulate_head(): "| flujo | modo | respuestas malas % | bien % | se podía arreglar % | otra causa % | sin causa % | resuelto falso | interacciones, media (preguntas) / p95 | segundos | sobre el óptimo % (causas) | bitácora, bytes |" | "| flow | mode | wrong answers % | right % | fixable % | other cause % | no cause % | false resolved | interactions, mean (questions) / p95 | seconds | above the optimum % (faults) | log, bytes |";
    diagnose_keys(): "Responda con el número. «?» explica, «b» vuelve un paso, «q» termina." | "Answer with the number. “?” explains, “b” goes back a step, “q” ends.";
    dont_know(): "No sé" | "I don't know";
    it_is_done(): "Ya lo hice" | "Done";
    it_cannot_be_done(): "No se puede" | "It can't be done";
    not_an_answer(): "Escriba uno de los números, o «?»." | "Write one of the numbers, or “?”.";
    unknown_cause(): "causa desconocida" | "cause unknown";
    diagnose_suspects(name, percent): "Lo más probable: {name} ({percent} %)." | "Most likely: {name} ({percent} %).";
    diagnose_ruled_out(names): "Descartado: {names}." | "Ruled out: {names}.";
    diagnose_resolved(name): "Resuelto: {name}." | "Resolved: {name}.";
    diagnose_escalated(name, level): "Esto lo ve la mesa de ayuda, nivel {level}: {name}." | "The desk takes it, level {level}: {name}.";
    diagnose_abandoned(): "Se detuvo sin terminar." | "Stopped before the end.";
    diagnose_desk_asks(): "Esto lo ve la mesa de ayuda. Responda lo que ella va a preguntar." | "The desk takes this. Answer what it is going to ask.";
    diagnose_for_desk(): "Para la mesa de ayuda:" | "For the desk:";
    diagnose_said(): "lo dijo la persona" | "the person said it";
    diagnose_contradicted(said): "la persona dijo: {said}" | "the person said: {said}";
    diagnose_tried(): "Se hizo, y no bastó:" | "Done, and it wasn't enough:";
    diagnose_article(id): "Artículo: {id}" | "Article: {id}";
    bad_flow(id, known): "el flujo «{id}» no existe. Existen: {known}" | "there is no flow “{id}”. There are: {known}";
    bad_fact(id): "el dato «{id}» no está en facts.yaml" | "the fact “{id}” isn't in facts.yaml";
    bad_session(why): "la revisión no acepta esto: {why}" | "the session doesn't take this: {why}";

    // The console.
    console_at(address): "La consola está en {address} — Ctrl-C la detiene." | "The console is at {address} — Ctrl-C stops it.";
    token_made(): "Guárdela ya: no se puede volver a ver." | "Keep it now: it can't be seen again.";
    token_is_there(name): "«{name}» ya tiene una que sirve: quítela antes con baquiano serve revoke" | "“{name}” has one that works: end it first with baquiano serve revoke";
    no_token(name): "«{name}» no tiene ninguna que sirva" | "“{name}” has none that works";
    token_revoked(name): "La de «{name}» ya no sirve." | "That of “{name}” no longer works.";
    backup_written(path): "Copia en {path}." | "Copy in {path}.";
    bad_log_level(given): "BAQUIANO_LOG: «{given}» no es error, info ni debug" | "BAQUIANO_LOG: “{given}” is none of error, info, debug";
    no_store(): "no se sabe dónde está la consola: use --store DIR" | "where is the console? Use --store DIR";
    console_unguarded(address): "a {address} llegan otras computadoras: cree antes la clave de cada técnico con baquiano serve token NOMBRE --desk"
        | "{address} is reached from other computers: make a token for each technician first with baquiano serve token NAME --desk";
    cannot_listen(address, why): "no se puede usar {address} ({why}): escoja otro con --port" | "{address} can't be used ({why}): choose another with --port";
    console_store(why): "los datos de la consola: {why}" | "the console's store: {why}";

    // The relay.
    relayed(created, updated, back, merged, waiting):
        "Casos nuevos: {created}. Puestos al día: {updated}. Cambiados allá: {back}. Repetidos unidos: {merged}. Esperan: {waiting}."
        | "New: {created}. Brought up to date: {updated}. Changed there: {back}. Doubles merged: {merged}. Waiting: {waiting}.";
    relay_no_answer(why): "no hubo respuesta: {why}" | "no answer: {why}";
    relay_unauthorized(why): "la clave no abre: {why}; use una de un usuario que pueda ver las colas y cambiar los tickets"
        | "the token doesn't open it: {why}; give that of a user who may see the queues and change tickets";
    relay_refused(why): "no lo acepta: {why}" | "it is refused: {why}";
    relay_running(): "otra orden ya pasa los casos de esta consola" | "another command already relays this store";
    relay_no_token(): "falta la clave: use --token-file ARCHIVO, o la variable BAQUIANO_RELAY_TOKEN"
        | "the token is missing: use --token-file FILE, or the variable BAQUIANO_RELAY_TOKEN";
    bad_mapping(path, why): "{path}: {why}" | "{path}: {why}";

    // Incidents.
    filed(id): "Caso registrado: {id}" | "Incident filed: {id}";
    filed_beside(): "Otra orden tiene abierta la bandeja: el caso quedó en un archivo aparte y entra con la próxima orden."
        | "Another command has the outbox open: the incident is in a file of its own, and is taken in by the next command.";
    changed(phase, revision): "{phase}; cambio {revision}" | "{phase}; change {revision}";
    imported(id): "se tomó {id}" | "took over {id}";
    sent(accepted, refused, failed): "Recibidos por la mesa: {accepted}. Rechazados: {refused}. Fallidos: {failed}."
        | "Accepted by the desk: {accepted}. Refused: {refused}. Failed: {failed}.";
    paused(why): "La mesa no deja entrar ({why}): revise el permiso y envíe otra vez con --now."
        | "The desk doesn't let this sender in ({why}): see to its token, and send again with --now.";
    rest_waits(seconds): "Lo demás espera {seconds} s; nada se pierde." | "The rest waits {seconds} s; nothing is lost.";
    news(): "Esto le cuenta la mesa:" | "The desk has this to tell:";
    dropped_for_room(): "no había espacio" | "there was no room";
    dropped_for_age(): "esperó demasiado tiempo" | "it waited for too long";
    dropped_for_rate(): "la aplicación registró demasiados por sí sola" | "the app filed too many by itself";
    too_many_attachments(most): "van como mucho {most} archivos" | "at most {most} files go along";
    incident_too_large(bytes): "el caso ocupa {bytes} bytes, demasiado: quite archivos" | "the incident has {bytes} bytes, which is too much: leave out files";
    outbox_too_new(version): "la bandeja es de la versión {version}, más nueva: instale un Baquiano más nuevo" | "the outbox has version {version}, which is newer: install a newer Baquiano";
    outbox_damaged(path): "la bandeja {path} está dañada; se aparta, y lo entero se toma con la próxima orden" | "the outbox {path} is damaged; it is put aside, and what is whole is taken over by the next command";
    no_answer(why): "la mesa no contestó ({why})" | "the desk didn't answer ({why})";
    nobody_there(why): "no se pudo llegar a la mesa ({why})" | "the desk can't be reached ({why})";
    balance(filed, pending, delivered, merged, quarantined, dropped):
        "Registrados {filed} = por enviar {pending} + recibidos {delivered} + sumados a otro {merged} + rechazados y guardados {quarantined} + descartados con aviso {dropped}"
        | "Filed {filed} = waiting {pending} + accepted {delivered} + counted with another {merged} + refused and kept {quarantined} + dropped and told {dropped}";
    nothing_waits(): "Nada espera." | "Nothing waits.";
    changes_wait(n): "; {n} por enviar" | "; {n} to be sent";
    no_outbox(): "no se sabe dónde está la bandeja: use --outbox DIR" | "where is the outbox? Use --outbox DIR";
    outbox_salvaged(path, n): "la bandeja estaba dañada: quedó en {path}, y de ella se tomaron {n} casos enteros"
        | "the outbox was damaged: it is in {path} now, and {n} whole incidents were taken over from it";
    nothing_told(): "diga qué pasa, o use --session" | "say what is wrong, or use --session";
    no_session(): "no es una revisión guardada" | "it isn't a session that was kept";
    session_goes_on(): "la revisión no ha terminado: sígala con baquiano diagnose --resume" | "the session isn't over: go on with baquiano diagnose --resume";
    no_incident(id): "no hay un caso «{id}» en esta bandeja" | "there is no incident “{id}” in this outbox";
    ambiguous_incident(id): "«{id}» es el final de varios casos: escriba más" | "“{id}” is the end of several incidents: write more of it";
    bad_contact(text): "«{text}» no sirve de contacto: escríbalo como whatsapp:9999-9999" | "“{text}” is no contact: write it like whatsapp:9999-9999";
    bad_municipality(text): "«{text}» no es un municipio: son cuatro dígitos, como 0801" | "“{text}” is no municipality: it has four digits, like 0801";
    bad_reference(text): "«{text}» no sirve de referencia: escríbala como rt:4512" | "“{text}” is no reference: write it like rt:4512";
    bad_attachment(path): "{path}: solo van .txt, .log, .md, .csv, .json, .png y .jpg" | "{path}: only .txt, .log, .md, .csv, .json, .png and .jpg go along";
    bad_address(base): "«{base}» no es la dirección de una mesa: escríbala como https://mesa.ejemplo, sin «?»" | "“{base}” is no address of a desk: write it like https://desk.example, without “?”";
    plain_address(base): "a «{base}» se enviaría sin cifrar: use https://, o --allow-plain si la red es suya" | "“{base}” would be sent to unencrypted: use https://, or --allow-plain if the network is your own";
    address_with_secret(): "la dirección lleva un nombre o una clave antes de «@»: quítelos y use --token-file" | "the address has a name or a password before an “@”: leave them out, and use --token-file";
    bad_token(): "el permiso no sirve: va sin espacios, saltos de línea ni acentos" | "the token is no good: it has no spaces, line breaks or accents";
    disk_full(path): "no hay espacio en {path}; libere un poco. Lo que ya estaba guardado está a salvo" | "there is no room left in {path}; free some. What was filed before is safe";
    outbox_busy(path): "otra orden tiene abierta la bandeja {path}; espere a que termine" | "another command has the outbox {path} open; wait until it is done";
    outbox_full(n): "ya esperan {n} casos y ninguno vale menos: envíelos primero" | "{n} incidents wait, and none of them is worth less: send them first";
    forgotten(id): "de {id} ya no se guarda el detalle" | "the record of {id} is not kept any more";
    bad_change(why): "ese cambio no se puede: {why}" | "that change isn't possible: {why}";

    // Bad input.
    bad_app(id, known): "la aplicación «{id}» no está en el catálogo. Existen: {known}"
        | "the app “{id}” isn't in the catalog. There are: {known}";
    bad_service(id, known): "el servicio «{id}» no está en el catálogo. Existen: {known}"
        | "the service “{id}” isn't in the catalog. There are: {known}";
    bad_article(id): "el artículo «{id}» no existe." | "there is no article “{id}”.";
    near_articles(ids): "¿Quiso decir {ids}?" | "Did you mean {ids}?";
    bad_android(text): "«{text}» no es una versión de Android: escríbala como 8.1 o 13"
        | "“{text}” is no Android release: write it like 8.1 or 13";
    bad_id(text): "«{text}» no sirve de id: use de 1 a 80 letras minúsculas sin acento, números, «-», «.» o «_», y empiece con una letra"
        | "“{text}” is no id: use 1 to 80 lower-case letters without accents, digits, `-`, `.` or `_`, and begin with a letter";
    bad_key(text): "la clave «{text}» no sirve: son 64 dígitos hexadecimales" | "the key “{text}” is no good: it has 64 hexadecimal digits";
    key_without_pack(): "--key solo sirve con un paquete: agregue --kb PACK" | "--key is for a pack: add --kb PACK";
    cannot_read(path, why): "no se puede leer {path}: {why}" | "cannot read {path}: {why}";
    cannot_write(path, why): "no se puede escribir {path}: {why}" | "cannot write {path}: {why}";
    too_big(path, most): "{path} pasa de {most} bytes; no parece el archivo que se busca"
        | "{path} is larger than {most} bytes; it doesn't look like the file that is meant";
    not_a_file(path): "{path} existe y no es un archivo común; no se reemplaza" | "{path} exists and isn't a plain file; it isn't replaced";
    exists_already(path): "{path} ya existe y no se reemplaza; use otro nombre" | "{path} exists and isn't replaced; use another name";
    no_folder(): "aquí no hay una base de conocimiento (falta catalog.yaml): diga la carpeta, o use --kb DIR"
        | "there is no knowledge base here (no catalog.yaml): name its folder, or use --kb DIR";
    needs_folder(path): "{path} no es una carpeta; esta orden trabaja con la carpeta del contenido"
        | "{path} is no folder; this command works on the folder of the content";
    content_errors(errors): "el contenido tiene {errors}; corríjalo" | "the content has {errors}; correct it";
    pack_of(path, why): "{path}: {why}" | "{path}: {why}";
    bad_questions(path): "{path} tiene errores; corríjalos" | "{path} has errors; correct them";
    no_questions(path): "{path} no tiene preguntas que probar" | "{path} has no questions to ask";
    unknown_service_row(service): "el servicio «{service}» no está en el catálogo" | "the service “{service}” isn't in the catalog";
    unknown_article_row(article): "el artículo «{article}» no existe" | "there is no article “{article}”";

    // Evaluation.
    eval_columns(): "acierto@1|acierto@3|MRR|preguntas" | "success@1|success@3|MRR|questions";
    by_service(): "por servicio" | "by service";
    by_article(): "por artículo" | "by article";
    by_noise(): "por ruido" | "by noise";
    by_split(): "por parte" | "by split";
    misses(n): "Fallos: {n}" | "Misses: {n}";
    article_misses(n): "El servicio sí, el artículo no está entre los tres primeros: {n}"
        | "The right service, but the article isn't among the first three: {n}";
    expected(what): "se esperaba {what}" | "expected {what}";
    got(what, confidence): "salió {what} (confianza {confidence})" | "got {what} (confidence {confidence})";
    nothing(): "nada" | "nothing";

    // Knowledge base.
    summary(errors, warnings, articles): "{errors}, {warnings} en {articles}" | "{errors}, {warnings} in {articles}";
    queries_line(n, one, three): "{n} preguntas de prueba: acierto@1 {one}, acierto@3 {three}"
        | "{n} test questions: success@1 {one}, success@3 {three}";
    todo_title(n): "Por completar: {n}" | "To be completed: {n}";
    built(path, bytes, articles, revision): "{path}: {bytes} bytes, {articles}, revisión {revision}"
        | "{path}: {bytes} bytes, {articles}, revision {revision}";
    hash(hex): "SHA-256 {hex}" | "SHA-256 {hex}";
    secret_written(path): "clave secreta: {path} (guárdela bien; quien la tenga puede firmar paquetes)"
        | "secret key: {path} (keep it well; whoever has it can sign packs)";
    public_key(hex): "clave pública: {hex}" | "public key: {hex}";
    signed(path, hex): "{path}: firmado con {hex}" | "{path}: signed with {hex}";
    key_readable(path): "otros usuarios pueden leer {path}; ejecute chmod 600" | "other users can read {path}; run chmod 600";
    hash_good(): "el contenido está completo" | "the content is whole";
    signature_good(hex): "firma buena de {hex}" | "good signature of {hex}";
    signature_unchecked(): "tiene firma; no se comprobó, porque no se dio --key" | "it is signed; not checked, since no --key was given";
    unsigned(): "no tiene firma" | "it isn't signed";
    not_good(why): "no sirve: {why}" | "no good: {why}";
    manifest(name, revision, date, locale): "{name}, revisión {revision}, del {date}, {locale}" | "{name}, revision {revision}, of {date}, {locale}";
    created(path): "se creó {path}" | "{path} was created";
}

impl Lang {
    /// A number of things.
    fn count(self, n: usize, es: [&str; 2], en: [&str; 2]) -> String {
        let [one, many] = self.pick(es, en);
        format!("{n} {}", if n == 1 { one } else { many })
    }

    pub(crate) fn errors(self, n: usize) -> String {
        self.count(n, ["error", "errores"], ["error", "errors"])
    }

    pub(crate) fn warnings(self, n: usize) -> String {
        self.count(n, ["aviso", "avisos"], ["warning", "warnings"])
    }

    pub(crate) fn articles(self, n: usize) -> String {
        self.count(n, ["artículo", "artículos"], ["article", "articles"])
    }
}
