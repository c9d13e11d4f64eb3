//! The help texts, and how they are put into clap's command.
//!
//! clap is built without any of it: a run that goes well never needs a help text. Only when parsing fails, or asks for help, is
//! the command built again with its texts.

use clap::{Arg, Command};

use super::Lang;

type Pair = (&'static str, &'static str);

fn about(command: &str) -> Pair {
    match command {
        "baquiano" => (
            "La mesa de ayuda sin conexión: busca, evalúa y construye la base de conocimiento.",
            "The offline help desk: searches, evaluates and builds the knowledge base.",
        ),
        "search" => ("Busca la ayuda para una pregunta, aunque esté mal escrita", "Finds the help for a question, however it is spelled"),
        "article" => ("Muestra un artículo", "Shows an article"),
        "diagnose" => ("Guía paso a paso hasta la causa y su arreglo", "Guides step by step to the cause and its remedy"),
        "eval" => ("Mide la búsqueda con una tabla de preguntas", "Measures the search with a table of questions"),
        "kb" => ("Revisa, construye, firma y comprueba la base de conocimiento", "Checks, builds, signs and verifies the knowledge base"),
        "check" => ("Revisa el contenido y prueba sus preguntas", "Checks the content and asks its test questions"),
        "build" => ("Construye el paquete", "Builds the pack"),
        "keygen" => ("Crea un par de claves para firmar paquetes", "Makes a pair of keys to sign packs with"),
        "sign" => ("Firma un paquete", "Signs a pack"),
        "verify" => ("Comprueba un paquete y dice qué trae", "Verifies a pack and tells what is in it"),
        "graph" => ("Dibuja los flujos, para la pared o en Mermaid", "Draws the flows, for the wall or as Mermaid"),
        "learn" => ("Dice qué tan frecuente es cada causa, según los casos vistos", "Tells how frequent each cause is by the cases seen"),
        "simulate" => ("Prueba los flujos con teléfonos y personas simulados", "Tries the flows with simulated phones and people"),
        "incident" => {
            ("Registra, consulta y envía los casos de esta computadora", "Files, looks up and sends the incidents of this computer")
        }
        "incident new" => {
            ("Registra un caso, desde un chat o una revisión guardada", "Files an incident, from a chat or a session that was kept")
        }
        "incident list" => ("Los casos que esperan", "The incidents that wait"),
        "incident show" => ("Un caso entero, en el formato que se pida", "A whole incident, in the form that is asked for"),
        "incident status" => ("Cómo va un caso, o las cuentas de todos", "How far an incident is, or the counts of all"),
        "incident change" => ("Pasa un caso a otra fase, o agrega una nota", "Takes an incident to another phase, or adds a note"),
        "incident export" => ("Escribe casos en archivos", "Writes incidents to files"),
        "incident import" => ("Toma casos que otro exportó", "Takes over incidents that another exported"),
        "incident send" => (
            "Envía por HTTP lo que espera, y pregunta cómo va lo enviado",
            "Sends what waits, over HTTP, and asks what became of what was sent",
        ),
        "incident schema" => ("El esquema JSON del caso", "The JSON Schema of an incident"),
        "serve" => ("La consola de la mesa, en el navegador", "The desk's console, in the browser"),
        "serve openapi" => ("El contrato para las apps, en OpenAPI", "The contract for apps, in OpenAPI"),
        "serve token" => ("Crea el permiso de una app, o la clave de un técnico", "Makes the token of an app, or of a technician"),
        "serve tokens" => ("Los permisos y claves que hay", "The tokens that there are"),
        "serve revoke" => ("Quita un permiso o una clave", "Ends a token"),
        "serve backup" => ("Guarda una copia de todo, sin detener la consola", "Writes a copy of everything, while the console goes on"),
        "relay" => (
            "Pasa los casos de la consola a otro sistema, y trae lo que allá cambia",
            "Hands the console's incidents to another system, and takes back what changes there",
        ),
        "new" => ("Crea un artículo a partir de la plantilla", "Makes an article from the template"),
        "completions" => ("Escribe el autocompletado para su intérprete de órdenes", "Writes the completions for your shell"),
        "licences" => ("Las licencias de lo que este programa lleva adentro", "The licences of what is in this program"),
        _ => ("", ""),
    }
}

fn after(command: &str) -> Pair {
    match command {
        "baquiano" | "kb" => (
            "Código de salida: 0 hecho; 1 hay algo que ver, o no hay resultado; 2 la entrada no sirve; 3 falla interna.",
            "Exit code: 0 done; 1 a finding, or no result; 2 bad input; 3 internal.",
        ),
        "search" => (
            "JSON: query, took_us (microsegundos de la búsqueda sola), confidence (de 0 a 1), did_you_mean y hits, cada uno con id, title, \
             service, level, score, snippet, highlights, title_highlights y why (said, found, how). highlights son pares [inicio, fin) en \
             puntos de código Unicode de snippet, no en bytes; igual title_highlights en title. Sin resultados se agrega services.\n\n\
             Ejemplos:\n  baquiano search no me agarra el jipies\n  baquiano search --service camara --only --json foto borrosa\n  \
             baquiano search --stdin < preguntas.txt",
            "JSON: query, took_us (microseconds of the search alone), confidence (0 to 1), did_you_mean and hits, each with id, title, service, \
             level, score, snippet, highlights, title_highlights and why (said, found, how). highlights are pairs [start, end) in Unicode \
             code points of snippet, not in bytes; so are title_highlights in title. Without results, services is added.\n\n\
             Examples:\n  baquiano search no me agarra el jipies\n  baquiano search --service camara --only --json foto borrosa\n  \
             baquiano search --stdin < questions.txt",
        ),
        "eval" => (
            "Columnas, separadas por tabuladores: pregunta, servicio y, si hay, artículo; con encabezado también noise y split. Un fallo no \
             cambia el código de salida.",
            "Columns, separated by tabs: question, service and, if any, article; with a header also noise and split. A miss doesn't change \
             the exit code.",
        ),
        "incident new" => (
            "Antes de guardar se tapan identidades, teléfonos, correos, claves y coordenadas exactas.\n\n\
             Ejemplos:\n  baquiano incident new --app fsu-rup --reporter ana.ejemplo no me deja enviar las fichas\n  \
             baquiano incident new --session revision.json --contact whatsapp:9999-9999",
            "Before anything is kept, identity numbers, phones, e-mail, passwords and exact coordinates are hidden.\n\n\
             Examples:\n  baquiano incident new --app fsu-rup --reporter ana.ejemplo no me deja enviar las fichas\n  \
             baquiano incident new --session session.json --contact whatsapp:9999-9999",
        ),
        "incident send" => (
            "Código de salida 0 si la mesa lo tiene todo; 1 si algo espera o fue rechazado. El permiso se lee de --token-file o de \
             BAQUIANO_TOKEN. Lo que quedó sin respuesta se pregunta antes de enviarlo otra vez. Cómo va lo que la mesa ya tiene se pregunta \
             cada vez con menos frecuencia; con --now, enseguida.",
            "Exit code 0 if the desk has it all; 1 if something waits or was refused. The token is read from --token-file or \
             BAQUIANO_TOKEN. What got no answer is asked for before it is sent again. What became of what the desk has is asked ever more \
             rarely; with --now, at once.",
        ),
        "relay" => (
            "Código de salida con --once: 0 si allá está todo; 1 si algo espera o no se aceptó.\n\n\
             Ejemplo:\n  baquiano relay --to rt --url https://rt.ejemplo.org --token-file clave.txt",
            "Exit code with --once: 0 if all is there; 1 if something waits or was refused.\n\n\
             Example:\n  baquiano relay --to rt --url https://rt.example.org --token-file token.txt",
        ),
        "diagnose" => (
            "Con --json no pregunta: usa --facts y --answers, y dice flow, through (los flujos de antes), status, outcome, fault, level, article, \
             escalation, asked, steps, needs (lo que hay que responder), missing (lo que la mesa va a preguntar) y why.\n\n\
             Ejemplos:\n  baquiano diagnose gps\n  baquiano diagnose --question no me toma la foto\n  \
             baquiano diagnose gps --facts telefono.json --assume-remedies-work --json",
            "With --json nothing is asked: it takes --facts and --answers, and tells flow, through (the flows before), status, outcome, fault, \
             level, article, escalation, asked, steps, needs (what must be answered), missing (what the desk will ask) and why.\n\n\
             Examples:\n  baquiano diagnose gps\n  baquiano diagnose --question no me toma la foto\n  \
             baquiano diagnose gps --facts phone.json --assume-remedies-work --json",
        ),
        _ => ("", ""),
    }
}

/// The text of an argument: by command where it differs, else by its name alone.
fn argument(command: &str, id: &str) -> Pair {
    match (command, id) {
        (_, "kb") => (
            "La base de conocimiento: una carpeta (se construye en memoria) o un paquete (se comprueba). Si falta: la que trae el programa",
            "The knowledge base: a folder (built in memory) or a pack (verified). By default the embedded one",
        ),
        (_, "json") => ("Un solo documento JSON en la salida", "One JSON document on the output"),
        (_, "lang") => ("Idioma de los mensajes: es o en [es]", "Language of the messages: es or en [es]"),
        (_, "help") => ("Muestra esta ayuda", "Shows this help"),
        (_, "version") => ("Muestra la versión", "Shows the version"),
        (_, "outbox") => (
            "La carpeta de la bandeja [BAQUIANO_OUTBOX, o ~/.local/share/baquiano/outbox]",
            "The folder of the outbox [BAQUIANO_OUTBOX, or ~/.local/share/baquiano/outbox]",
        ),
        ("diagnose", "file") => ("Si lo ve la mesa, registra el caso", "Files an incident, if the desk takes it"),
        ("diagnose" | "incident new", "app") => ("La aplicación que falla", "The app that fails"),
        (_, "app_version") => ("Su versión, como 3.2.1", "Its version, like 3.2.1"),
        (_, "reporter") => ("El usuario de quien reporta, nunca su identidad", "The user name of who reports, never an identity number"),
        (_, "contact") => ("Dónde quiere la respuesta: whatsapp:9999-9999", "Where they want the answer: whatsapp:9999-9999"),
        (_, "municipality") => ("El código del municipio", "The code of the municipality"),
        (_, "impact") => ("El impacto, de 1 (alto) a 3 [el del servicio]", "The impact, 1 (high) to 3 [that of the service]"),
        (_, "urgency") => ("La urgencia, de 1 (alta) a 3 [la del servicio]", "The urgency, 1 (high) to 3 [that of the service]"),
        (_, "parent") => ("El caso del que viene este", "The incident that this one comes from"),
        (_, "reference") => {
            ("Cómo lo llama otro sistema: rt:4512; se puede repetir", "What another system calls it: rt:4512; may be repeated")
        }
        (_, "attach") => ("Un archivo pequeño que va con el caso; se puede repetir", "A small file that goes along; may be repeated"),
        ("incident new", "symptom") => ("Qué pasa, con las palabras del usuario", "What is wrong, in the user's words"),
        ("incident new", "service") => {
            ("El servicio [lo dicen las palabras o la revisión]", "The service [the words or the session say it]")
        }
        ("incident new", "session") => ("La revisión que guardó diagnose --resume", "The session that diagnose --resume kept"),
        (_, "dry_run") => ("Muestra cómo quedaría, sin guardarlo", "Shows what it would be, without keeping it"),
        ("incident list", "all") => ("También lo que la mesa ya tiene", "What the desk has already, too"),
        ("incident status", "id") => (
            "El id, su final, o el número de la mesa. Si falta, las cuentas",
            "The id, its end, or the desk's number. Without it, the counts",
        ),
        ("incident show" | "incident change", "id") => ("El id, su final, o el número de la mesa", "The id, its end, or the desk's number"),
        ("incident export", "ids") => ("Cuáles [todos]", "Which [all]"),
        (_, "rendering") => ("El formato: json, md, chat o html", "The form: json, md, chat or html"),
        ("incident export", "output") => ("La carpeta donde se escriben", "The folder that they are written to"),
        (_, "files") => ("Los archivos exportados", "The exported files"),
        ("incident change", "to") => (
            "La fase: classified, investigating, resolved, closed, follow-up",
            "The phase: classified, investigating, resolved, closed, follow-up",
        ),
        (_, "why") => ("Por qué, o qué se le dijo al usuario", "Why, or what the user was told"),
        (_, "by") => ("Quién lo hace [mesa]", "Who does it [mesa]"),
        (_, "code") => (
            "Cómo terminó: fixed, workaround, explained, granted, duplicate, withdrawn, not-fixed",
            "How it ended: fixed, workaround, explained, granted, duplicate, withdrawn, not-fixed",
        ),
        (_, "score") => ("Qué tan contento quedó el usuario, de 1 a 5", "How content the user is, 1 to 5"),
        ("incident send", "to") => ("La dirección de la mesa, https://…", "The desk's address, https://…"),
        ("relay", "token_file") => {
            ("El archivo con la clave de allá [BAQUIANO_RELAY_TOKEN]", "The file with the token of that system [BAQUIANO_RELAY_TOKEN]")
        }
        (_, "token_file") => ("El archivo del permiso para entrar", "The file of the token"),
        (_, "wait") => ("Cuántos segundos seguir intentando [0]", "For how many seconds to go on trying [0]"),
        (_, "now") => (
            "No espera más tras una falla o una pausa, ni para preguntar",
            "Doesn't wait any longer after a failure or a pause, nor to ask",
        ),
        (_, "again") => ("Envía otra vez lo que la mesa rechazó", "Sends again what the desk refused"),
        (_, "allow_plain") => {
            ("Permite http:// fuera de esta computadora (sin cifrar)", "Allows http:// beyond this computer (not encrypted)")
        }
        ("sign", "key") => ("El archivo de la clave secreta", "The file of the secret key"),
        (_, "key") => (
            "Clave pública de confianza, 64 dígitos hexadecimales; se puede repetir. El paquete debe estar firmado con una",
            "A trusted public key, 64 hexadecimal digits; may be repeated. The pack must be signed with one",
        ),
        ("diagnose", "question") => {
            ("Lo que dice el usuario, con sus palabras: lleva a su flujo", "What the user says, in their words: leads to the flow")
        }
        (_, "question") => ("La pregunta, como la diría el usuario", "The question, as the user would say it"),
        (_, "app") => {
            ("La aplicación en la que se pregunta: sube lo que es de ella", "The app that it is asked in: lifts what belongs to it")
        }
        ("graph", "flow") => ("Solo este flujo", "Only this flow"),
        ("graph", "format") => ("Cómo se escribe: mermaid o svg", "How it is written: mermaid or svg"),
        ("graph", "output") => {
            ("Escribe los dos dibujos de cada flujo en esta carpeta", "Writes both drawings of each flow to this folder")
        }
        ("learn", "file") => ("Un caso por línea: {\"flow\", \"fault\"}", "One case a line: {\"flow\", \"fault\"}"),
        ("learn", "weight") => ("Cuántos casos vale lo que dice el flujo", "How many cases what the flow says is worth"),
        ("simulate", "flow") => ("Solo este flujo, falla por falla", "Only this flow, fault by fault"),
        ("simulate", "runs") => ("Cuántos casos de cada flujo", "How many cases of each flow"),
        ("simulate", "errors") => ("Qué parte de las respuestas es equivocada", "Which share of the answers is wrong"),
        ("simulate", "seed") => ("La misma semilla da los mismos casos", "The same seed gives the same cases"),
        ("simulate", "optimum") => ("Compara también con el óptimo (tarda minutos)", "Compares with the optimum, too (takes minutes)"),
        ("new", "service") => ("El servicio del artículo", "The service of the article"),
        (_, "service") => ("El servicio del que se habla: sube lo que es de él", "The service that it is about: lifts what belongs to it"),
        (_, "only") => ("Solo lo que es de --app y --service", "Only what belongs to --app and --service"),
        (_, "level") => ("Solo los artículos de este nivel, de 1 a 3", "Only articles of this level, 1 to 3"),
        (_, "limit") => ("Cuántos resultados, de 1 a 1000 [10]", "How many hits, 1 to 1000 [10]"),
        (_, "stdin") => (
            "Lee una pregunta por línea y escribe una línea JSON por cada una",
            "Reads one question a line and writes one JSON line for each",
        ),
        ("serve token", "desk") => ("Es de un técnico: abre la consola", "It is a technician's: it opens the console"),
        (_, "desk") => ("Muestra también la parte para la mesa de ayuda", "Shows the part for the desk, too"),
        (_, "vendor") => {
            ("La marca del teléfono, como samsung: solo lo que le toca", "The phone's maker, like samsung: only what is about it")
        }
        (_, "android") => ("La versión de Android, como 8.1", "The Android release, like 8.1"),
        ("article", "id") => ("El id del artículo", "The id of the article"),
        ("serve", "port") => ("El puerto [8026]", "The port [8026]"),
        ("serve", "address") => (
            "La dirección [127.0.0.1]; una que no sea de esta computadora pide claves",
            "The address [127.0.0.1]; one that isn't this computer's asks for tokens",
        ),
        ("relay", "to") => ("A cuál: rt es Request Tracker 5", "Which: rt is Request Tracker 5"),
        ("relay", "url") => ("Su dirección, como https://rt.ejemplo.org", "Its address, like https://rt.example.org"),
        ("relay", "mapping") => {
            ("Cómo se llaman allá las colas, los estados y los campos", "What queues, statuses and fields are called there")
        }
        ("relay", "every") => ("Cada cuántos segundos [15]", "Every so many seconds [15]"),
        ("relay", "once") => ("Una sola vuelta", "One round only"),
        ("serve", "log") => {
            ("Cómo se escribe el registro, en la salida de errores [text]", "How the log is written, to the standard error [text]")
        }
        ("serve", "log_level") => (
            "Qué trae el registro: error, info (también cada entrega) o debug (también cada consulta) [BAQUIANO_LOG, o info]",
            "What the log has: error, info (also each delivery) or debug (also each request) [BAQUIANO_LOG, or info]",
        ),
        (_, "store") => {
            ("La carpeta de la consola [~/.local/share/baquiano/console]", "The folder of the console [~/.local/share/baquiano/console]")
        }
        ("serve token" | "serve revoke", "name") => ("De quién es", "Whose it is"),
        ("serve backup", "file") => ("El archivo de la copia; no debe existir", "The file of the copy; it must not exist"),
        ("new", "id") => ("El id del artículo, también nombre del archivo", "The id of the article, also its file name"),
        (_, "flow") => ("El flujo, como gps. Si falta, se escoge el tema", "The flow, like gps. Without it, the topic is chosen"),
        (_, "facts") => ("JSON con lo que la app lee: {\"dato\": valor}", "JSON of what the app reads: {\"fact\": value}"),
        (_, "answers") => ("JSON con lo que responde la persona: {\"dato\": valor}", "JSON of what the person answers: {\"fact\": value}"),
        (_, "assume_remedies_work") => (
            "Da por hecho que cada arreglo deja lo que demuestra; la queja termina solo si los datos mostraban esa causa",
            "Takes for granted that each remedy does what it proves; the complaint only ends if the facts showed that cause",
        ),
        (_, "resume") => (
            "Guarda la revisión en este archivo, y la sigue si ya existe",
            "Keeps the session in this file, and goes on with it if it exists",
        ),
        ("eval", "file") => ("La tabla de preguntas", "The table of questions"),
        (_, "split") => ("Solo las preguntas de esta parte", "Only the questions of this part"),
        (_, "dir") => {
            ("La carpeta del contenido [la de --kb, o kb, o esta]", "The folder of the content [that of --kb, or kb, or this one]")
        }
        (_, "todo") => ("Lista lo que la mesa debe completar", "Lists what the desk must complete"),
        (_, "strict") => ("También los avisos dan código 1", "Warnings give code 1, too"),
        ("keygen", "output") => {
            ("Dónde guardar la clave secreta; la pública va a ARCHIVO.pub", "Where to keep the secret key; the public one goes to FILE.pub")
        }
        ("sign", "output") => ("Dónde dejar el paquete firmado [en el mismo]", "Where to put the signed pack [in its place]"),
        (_, "output") => ("El paquete que se escribe", "The pack that is written"),
        (_, "revision") => ("La revisión [la de pack.yaml]", "The revision [that of pack.yaml]"),
        (_, "pack") => ("El archivo del paquete", "The file of the pack"),
        (_, "title") => ("El título, como lo diría el usuario", "The title, as the user would say it"),
        (_, "shell") => ("bash, zsh o fish", "bash, zsh or fish"),
        _ => ("", ""),
    }
}

/// Puts the texts of a language into a command and all that is below it.
pub(crate) fn localized(command: Command, lang: Lang, width: usize) -> Command {
    let name = command.get_name().to_owned();
    named(command, &name, lang, width)
}

/// The name by which a command's texts are found: those of `incident` and `serve` are named with them, since other commands have the same names.
fn key(parent: &str, name: &str) -> String {
    if matches!(parent, "incident" | "serve") { format!("{parent} {name}") } else { name.to_owned() }
}

fn named(command: Command, name: &str, lang: Lang, width: usize) -> Command {
    let template = lang.pick(
        "{about-with-newline}\nUso: {usage}\n\n{all-args}{after-help}",
        "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
    );
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command
        .about(pick(lang, about(name)))
        .after_help(pick(lang, after(name)))
        .help_template(template)
        .term_width(width)
        .subcommand_help_heading(lang.pick("Órdenes", "Commands"))
        .subcommand_value_name(lang.pick("ORDEN", "COMMAND"))
        .mut_args(|arg| with_text(name, arg, lang));
    for sub in below {
        command = command.mut_subcommand(&sub, |command| named(command, &key(name, &sub), lang, width));
    }
    command
}

fn with_text(command: &str, arg: Arg, lang: Lang) -> Arg {
    let heading = if arg.is_positional() {
        lang.pick("Argumentos", "Arguments")
    } else if arg.is_global_set() || arg.get_id() == "version" {
        lang.pick("Opciones generales", "Global options")
    } else {
        lang.pick("Opciones", "Options")
    };
    let text = pick(lang, argument(command, arg.get_id().as_str()));
    let named = arg.get_value_names().and_then(<[_]>::first).map(|name| value_name(lang, name));
    let arg = arg.help(text).help_heading(heading);
    match named {
        Some(Some(name)) => arg.value_name(name),
        _ => arg,
    }
}

/// What stands for a value, where `args` has it in Spanish and English is asked for.
fn value_name(lang: Lang, es: &str) -> Option<&'static str> {
    let names = [
        ("ARCHIVO", "FILE"),
        ("ARCHIVO.tsv", "FILE.tsv"),
        ("FLUJO", "FLOW"),
        ("MARCA", "MAKER"),
        ("NOMBRE", "NAME"),
        ("ARCHIVO.json", "FILE.json"),
        ("ARCHIVO.yaml", "FILE.yaml"),
        ("SISTEMA", "SYSTEM"),
        ("CODIGO", "CODE"),
        ("FASE", "PHASE"),
        ("MEDIO:DATO", "WAY:ADDRESS"),
        ("PREGUNTA", "QUESTION"),
        ("SEGUNDOS", "SECONDS"),
        ("SISTEMA:NUMERO", "SYSTEM:NUMBER"),
        ("TEXTO", "TEXT"),
    ];
    names.into_iter().find(|(own, _)| lang == Lang::En && *own == es).map(|(_, en)| en)
}

fn pick(lang: Lang, (es, en): Pair) -> &'static str {
    lang.pick(es, en)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    fn walk(command: &Command, name: &str, told: &mut Vec<String>) {
        let (es, en) = about(name);
        if es.is_empty() || en.is_empty() || es == en {
            told.push(name.to_owned());
        }
        for arg in command.get_arguments() {
            let (es, en) = argument(name, arg.get_id().as_str());
            if es.is_empty() || en.is_empty() || es == en {
                told.push(format!("{name} {}", arg.get_id()));
            }
        }
        command.get_subcommands().for_each(|sub| walk(sub, &key(name, sub.get_name()), told));
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_both_languages() {
        let mut told = Vec::new();
        walk(&Cli::command(), "baquiano", &mut told);
        assert_eq!(told, Vec::<String>::new());
    }

    #[test]
    fn the_command_is_well_formed_in_both_languages() {
        for lang in [Lang::Es, Lang::En] {
            localized(Cli::command(), lang, 100).debug_assert();
        }
    }
}
