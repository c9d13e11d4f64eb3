//! The words that the rules know, folded: lower case, no accents, `ñ` as `n`.

/// Between a key and its secret: «es», «era».
pub(super) fn is_copula(word: &[u8]) -> bool {
    matches!(word, b"es" | b"era" | b"seria" | b"sera" | b"son" | b"eran" | b"fue" | b"is" | b"was" | b"ez")
}

/// Words that people put between «clave» and the secret.
#[rustfmt::skip]
pub(super) fn is_filler(word: &[u8]) -> bool {
    is_code_filler(word) || matches!(word, b"uso" | b"puse" | b"use" | b"usaba" | b"usamos" | b"tengo" | b"tenia" | b"mi" | b"mia" | b"del" | b"para"
        | b"entrar" | b"nueva" | b"vieja" | b"nuevo" | b"anterior" | b"actual" | b"correo" | b"wifi" | b"usuario" | b"app" | b"sistema"
        | b"cuenta" | b"telefono" | b"celular" | b"cel" | b"temporal" | b"dio" | b"aqui" | b"esta" | b"este" | b"le" | b"siguiente" | b"misma" | b"su"
        | b"tarjeta" | b"sim" | b"a" | b"con" | b"por" | b"en" | b"yo" | b"siempre" | b"antes" | b"ahora" | b"ponia" | b"pongo"
        | b"numero" | b"red" | b"bd" | b"db" | b"admin" | b"of" | b"the" | b"for" | b"my" | b"new" | b"y" | b"escribi" | b"meti" | b"ingreso")
}

/// The same between «código» and its digits.
pub(super) fn is_code_filler(word: &[u8]) -> bool {
    matches!(
        word,
        b"de"
            | b"verificacion"
            | b"seguridad"
            | b"acceso"
            | b"confirmacion"
            | b"activacion"
            | b"whatsapp"
            | b"sms"
            | b"otp"
            | b"que"
            | b"q"
            | b"me"
            | b"llego"
            | b"mandaron"
            | b"dieron"
            | b"enviaron"
            | b"el"
            | b"la"
            | b"recibi"
            | b"es"
            | b"era"
            | b"ingreso"
    )
}

/// What stands after «la clave es» or «clave:» when someone speaks about it.
#[rustfmt::skip]
pub(super) fn is_harmless(word: &[u8]) -> bool {
    is_no_value(word) || matches!(word, b"a" | b"al" | b"la" | b"el" | b"lo" | b"los" | b"las" | b"un" | b"una" | b"uno" | b"no" | b"si" | b"ya"
        | b"se" | b"me" | b"mi" | b"su" | b"tu" | b"de" | b"del" | b"en" | b"que" | b"q" | b"k" | b"para" | b"por" | b"con" | b"sin" | b"y" | b"o" | b"pero"
        | b"muy" | b"mas" | b"esta" | b"este" | b"esa" | b"ese" | b"eso" | b"otra" | b"otro" | b"igual" | b"siguiente" | b"misma" | b"mismo"
        | b"incorrecta" | b"incorrecto" | b"correcta" | b"correcto" | b"invalida" | b"invalido" | b"valida" | b"valido" | b"nueva" | b"nuevo"
        | b"vieja" | b"viejo" | b"mala" | b"malo" | b"buena" | b"bueno" | b"diferente" | b"distinta" | b"distinto" | b"larga" | b"corta" | b"larguisima"
        | b"facil" | b"dificil" | b"segura" | b"seguro" | b"insegura" | b"debil" | b"fuerte" | b"obligatoria" | b"obligatorio" | b"necesaria" | b"necesario"
        | b"requerida" | b"requerido" | b"personal" | b"secreta" | b"secreto" | b"equivocada" | b"erronea" | b"erroneo" | b"solo" | b"solamente"
        | b"como" | b"cuando" | b"donde" | b"porque" | b"nunca" | b"siempre" | b"tambien" | b"asi" | b"ok" | b"error" | b"falla" | b"fallo"
        | b"mal" | b"bien" | b"expirado" | b"expirada" | b"vencido" | b"vencida" | b"expired" | b"invalid" | b"missing" | b"required" | b"wrong"
        | b"incorrect" | b"rechazado" | b"rechazada" | b"olvidada" | b"olvide" | b"bloqueada" | b"bloqueado" | b"vacia" | b"vacio" | b"cambiada"
        | b"cual" | b"quien" | b"todo" | b"nada" | b"le" | b"les" | b"nos" | b"te" | b"mia" | b"mio" | b"suya" | b"tuya" | b"not" | b"the" | b"to" | b"for"
        | b"case" | b"sensitive" | b"too" | b"short" | b"confidencial" | b"privada" | b"privado" | b"importante" | b"aceptada" | b"demasiado"
        | b"numerica" | b"numerico" | b"alfanumerica" | b"temporal" | b"unica" | b"unico" | b"verdad" | b"mentira" | b"parte" | b"tan" | b"quiero"
        | b"necesito" | b"ayuda" | b"problema" | b"cambiar" | b"recuperar" | b"resetear" | b"restablecer")
}

/// How values begin that are none: variables, what another redaction left, and `PWD=/home/…`, which is a folder.
const NO_VALUES: [&[u8]; 12] = [
    b"${",
    b"{{",
    b"redacted",
    b"[redacted",
    b"hidden",
    b"filtered",
    b"[filtered",
    b"oculto",
    b"/home/",
    b"/data/",
    b"/storage/",
    b"/root",
];

/// A value that programs write where there is none.
pub(super) fn is_no_value(word: &[u8]) -> bool {
    matches!(
        word,
        b"" | b"null" | b"none" | b"nil" | b"true" | b"false" | b"undefined" | b"empty" | b"string" | b"{}" | b"[]" | b"%s" | b"?"
    ) || word.iter().all(|cell| matches!(cell, b'*' | b'.' | b'-' | b'_'))
        || NO_VALUES.iter().any(|beginning| word.starts_with(beginning))
}

/// Letters after a number that make it a measure.
#[rustfmt::skip]
pub(super) fn is_unit(word: &[u8]) -> bool {
    matches!(word, b"b" | b"kb" | b"mb" | b"gb" | b"tb" | b"kib" | b"mib" | b"gib" | b"byte" | b"bytes" | b"bits" | b"ms" | b"us" | b"ns" | b"s" | b"seg"
        | b"segundos" | b"min" | b"mins" | b"minutos" | b"h" | b"hr" | b"hrs" | b"horas" | b"dias" | b"am" | b"pm" | b"a.m" | b"p.m" | b"m" | b"km" | b"kms"
        | b"cm" | b"mm" | b"metros" | b"g" | b"kg" | b"lb" | b"lbs" | b"libras" | b"litros" | b"lt" | b"lts" | b"l" | b"v" | b"w" | b"kw" | b"mah" | b"mhz"
        | b"ghz" | b"hz" | b"dpi" | b"px" | b"mp" | b"fps" | b"ra" | b"ro" | b"da" | b"do" | b"ta" | b"to" | b"era" | b"er" | b"vo" | b"va" | b"x" | b"st" | b"nd"
        | b"rd" | b"th" | b"lempiras" | b"lps" | b"filas" | b"registros" | b"rows" | b"puntos" | b"fichas" | b"hogares" | b"personas" | b"encuestas" | b"viviendas" | b"veces" | b"fotos" | b"usd" | b"hnl" | b"dolares"
        | b"pixeles" | b"lineas" | b"nanos" | b"micros" | b"millis")
}

/// Names that stand before a version.
pub(super) fn is_device(word: &[u8]) -> bool {
    matches!(
        word,
        b"android"
            | b"ios"
            | b"windows"
            | b"win"
            | b"s"
            | b"a"
            | b"v"
            | b"redmi"
            | b"note"
            | b"samsung"
            | b"iphone"
            | b"nokia"
            | b"xiaomi"
            | b"moto"
            | b"version"
            | b"app"
            | b"gps"
            | b"wifi"
            | b"api"
            | b"sdk"
            | b"r"
            | b"x"
            | b"galaxy"
            | b"y"
            | b"p"
            | b"chrome"
            | b"utf"
            | b"sha"
            | b"base"
            | b"h"
    )
}

pub(super) fn is_identity(word: &[u8]) -> bool {
    matches!(
        word,
        b"identidad"
            | b"identidades"
            | b"identificacion"
            | b"dni"
            | b"cedula"
            | b"cedulas"
            | b"ced"
            | b"id"
            | b"ident"
            | b"iden"
            | b"identida"
            | b"idntidad"
            | b"identity"
            | b"beneficiario"
            | b"beneficiaria"
            | b"titular"
            | b"rnp"
            | b"censado"
            | b"jefe"
            | b"jefa"
    ) || word.ends_with(b"identidad")
        || word.ends_with(b"dni")
}

pub(super) fn is_phone(word: &[u8]) -> bool {
    matches!(
        word,
        b"tel"
            | b"tels"
            | b"telf"
            | b"telef"
            | b"telefono"
            | b"telefonos"
            | b"cel"
            | b"cels"
            | b"celu"
            | b"celular"
            | b"celulares"
            | b"movil"
            | b"fono"
            | b"whatsapp"
            | b"whatsap"
            | b"wasap"
            | b"wassap"
            | b"guasap"
            | b"wsp"
            | b"wpp"
            | b"wa"
            | b"llamar"
            | b"llame"
            | b"llamen"
            | b"llamame"
            | b"llameme"
            | b"llamarme"
            | b"llamenme"
            | b"llamada"
            | b"marque"
            | b"marcar"
            | b"phone"
            | b"mobile"
            | b"msisdn"
            | b"contacto"
            | b"contactarme"
            | b"contacteme"
            | b"fax"
            | b"sms"
            | b"telephone"
            | b"phonenumber"
            | b"numerotelefono"
            | b"tigo"
            | b"claro"
            | b"celphone"
            | b"call"
            | b"tlf"
    ) || word.ends_with(b"phone")
        || word.ends_with(b"telefono")
        || word.ends_with(b"celular")
}

/// «número» tells less: of a receipt, of a version.
pub(super) fn is_number(word: &[u8]) -> bool {
    matches!(word, b"numero" | b"num" | b"nro" | b"no" | b"numeros" | b"number")
}

pub(super) fn is_place(word: &[u8]) -> bool {
    matches!(
        word,
        b"lat"
            | b"latitude"
            | b"latitud"
            | b"lon"
            | b"lng"
            | b"long"
            | b"longitude"
            | b"longitud"
            | b"coord"
            | b"coords"
            | b"coordenada"
            | b"coordenadas"
            | b"coordinates"
            | b"gps"
            | b"geo"
            | b"geopoint"
            | b"ubicacion"
            | b"location"
            | b"loc"
            | b"latlng"
            | b"posicion"
            | b"position"
            | b"point"
            | b"punto"
            | b"centroide"
            | b"latlong"
            | b"d"
    ) || word.ends_with(b"latitude")
        || word.ends_with(b"longitude")
        || word.ends_with(b"latitud")
        || word.ends_with(b"longitud")
}

pub(super) fn is_time(word: &[u8]) -> bool {
    matches!(
        word,
        b"ts"
            | b"t"
            | b"time"
            | b"timestamp"
            | b"stamp"
            | b"ms"
            | b"millis"
            | b"epoch"
            | b"date"
            | b"fecha"
            | b"hora"
            | b"at"
            | b"since"
            | b"until"
            | b"desde"
            | b"hasta"
            | b"started"
            | b"finished"
            | b"expires"
            | b"marca"
            | b"inicio"
            | b"fin"
            | b"start"
            | b"end"
            | b"now"
            | b"tiempo"
            | b"created"
            | b"updated"
            | b"last"
            | b"clock"
            | b"when"
            | b"momento"
            | b"version"
    ) || word.ends_with(b"time")
        || word.ends_with(b"timestamp")
        || word.ends_with(b"ms")
        || word.ends_with(b"date")
}

/// Before a number that tells of nobody.
#[rustfmt::skip]
pub(super) fn is_innocent(word: &[u8]) -> bool {
    matches!(word, b"version" | b"versioncode" | b"ver" | b"v" | b"build" | b"compilacion" | b"bytes" | b"byte" | b"size" | b"tamano" | b"pid" | b"tid" | b"uid"
        | b"thread" | b"hilo" | b"port" | b"puerto" | b"line" | b"linea" | b"len" | b"length" | b"offset" | b"count" | b"total" | b"lps" | b"lempiras" | b"l" | b"usd"
        | b"commit" | b"hash" | b"rev" | b"revision" | b"code" | b"errno" | b"status" | b"seq" | b"inc" | b"incidente" | b"fecha" | b"date" | b"crc" | b"checksum"
        | b"heap" | b"memory" | b"memoria" | b"free" | b"used" | b"libre" | b"peso" | b"nanos" | b"frame" | b"img" | b"vid" | b"seed")
}

/// Ends of domains that are believed where an address is written in words or with blanks.
pub(super) fn is_top_domain(word: &[u8]) -> bool {
    matches!(
        word,
        b"com"
            | b"net"
            | b"org"
            | b"edu"
            | b"gob"
            | b"gov"
            | b"mil"
            | b"info"
            | b"biz"
            | b"io"
            | b"app"
            | b"dev"
            | b"co"
            | b"hn"
            | b"gt"
            | b"sv"
            | b"ni"
            | b"cr"
            | b"mx"
            | b"es"
            | b"us"
            | b"pa"
            | b"bz"
            | b"me"
            | b"ar"
            | b"cl"
            | b"pe"
            | b"ec"
            | b"ve"
            | b"br"
            | b"uk"
            | b"de"
            | b"eu"
            | b"example"
            | b"test"
    )
}

/// Providers whose ending people leave out.
pub(super) fn is_provider(word: &[u8]) -> bool {
    matches!(word, b"gmail" | b"hotmail" | b"yahoo" | b"outlook" | b"icloud" | b"live" | b"gmial" | b"gmai" | b"hotmial" | b"protonmail")
}

/// Ends of file names, which stand after an `@` in scripts and pictures.
pub(super) fn is_file_end(word: &[u8]) -> bool {
    matches!(
        word,
        b"js"
            | b"mjs"
            | b"jsx"
            | b"ts"
            | b"tsx"
            | b"dart"
            | b"java"
            | b"kt"
            | b"png"
            | b"jpg"
            | b"jpeg"
            | b"webp"
            | b"svg"
            | b"gif"
            | b"json"
            | b"html"
            | b"jar"
            | b"dll"
            | b"css"
            | b"cpp"
            | b"yaml"
            | b"yml"
            | b"zip"
            | b"apk"
            | b"bin"
            | b"exe"
            | b"cs"
            | b"so"
            | b"swift"
            | b"rs"
            | b"dex"
    )
}
