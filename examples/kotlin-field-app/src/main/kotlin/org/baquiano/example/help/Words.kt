package org.baquiano.example.help

import org.baquiano.model.Case
import org.baquiano.model.Phase
import org.baquiano.model.Status

/** What the screens say besides what comes from the knowledge base. In an Android app this is `strings.xml`. */
object Words {
    const val APP = "Fichas de ejemplo"
    const val HELP = "Ayuda"
    const val SEARCH = "¿Qué le pasa?"
    const val SEARCH_HINT = "Escriba con sus palabras"
    const val TOPICS = "O escoja un tema"
    const val NOTHING_FOUND = "No encontré eso. Escoja un tema, y lo vemos paso a paso."
    const val STEP_BY_STEP = "Ver paso a paso"
    const val BEGUN = "¿Seguir donde estaba?"
    const val GO_ON = "Seguir"
    const val FORGET = "No, gracias"
    const val LICENCES = "Licencias"
    const val MY_CASES = "Mis casos"
    const val OPENING = "Abriendo la ayuda…"
    const val TRY_AGAIN = "Probar otra vez"

    const val ON_THIS_PHONE = "En su teléfono"
    const val DID_IT_HELP = "¿Le sirvió?"
    const val YES = "Sí"
    const val NO = "No"
    const val GLAD = "Qué bueno. Aquí está la ayuda si vuelve a pasar."

    const val LOOKING = "Mirando el teléfono…"
    const val DO_NOT_KNOW = "No sé"
    const val OPEN_SETTINGS = "Abrir ajustes"
    const val OPEN_AGAIN = "Abrir ajustes otra vez"
    const val ASK_PERMISSION = "Pedir el permiso"
    const val DID_IT = "Ya lo hice"
    const val CANNOT = "No puedo"
    const val STILL_NOT = "El teléfono todavía no lo muestra. Pruebe otra vez."
    const val FOR_THE_DESK = "Esto lo va a ver la mesa. Con esta respuesta le ayuda más rápido."
    const val ENOUGH = "No quiero decir más"
    const val NEXT = "Seguir"
    const val NUMBER = "Solo el número"
    const val NOT_A_NUMBER = "Escriba solo el número, o toque No sé."
    const val CANNOT_OPEN = "Este teléfono no abre esa pantalla. Siga los pasos a mano."
    const val DONE = "Listo"
    const val TO_THE_DESK = "Le ayuda la mesa"
    const val FILE = "Registrar el caso"
    const val GOES_ALONG = "Esto va con el caso"
    const val STOPPED = "Lo dejamos aquí"
    const val HOME = "Volver al inicio"
    const val BACK = "Atrás"
    const val CLOSE = "Cerrar"

    const val NO_CASES = "No ha registrado ningún caso."
    const val SEND_NOW = "Enviar ahora"
    const val ALL_SENT = "Todo está enviado."
    const val NO_SIGNAL = "No hay señal. El caso está guardado y sale solo cuando haya."
    const val NOT_LET_IN = "La mesa no dejó entrar a esta app. Avise a su supervisor. El caso sigue guardado."
    const val ASK_NOW = "Preguntar a la mesa"
    const val NEWS = "Hay algo nuevo de la mesa."
    const val NO_NEWS = "Sin cambios por ahora."
    const val NOT_ASKED = "No hay señal. Pruebe más tarde."
    const val YOUR_CASE = "Su caso"
    const val NO_NUMBER_YET = "Todavía sin número"

    /** Which step it is. Not of how many: that depends on what is found out. */
    fun step(number: Int): String = "Paso $number"

    /** How much was found, for those who don't see it. */
    fun found(articles: Int): String = if (articles == 1) "Encontré 1 artículo." else "Encontré $articles artículos."

    /** The number that the desk gave, and what it says of the case: «MA-000001 · Cerrado». */
    fun number(case: Case): String = listOfNotNull(case.reference ?: NO_NUMBER_YET, case.state).joinToString(" · ")

    /** How far a case is. */
    fun status(case: Case): String = when (case.phase) {
        Phase.INVESTIGATING -> "La mesa lo está viendo."
        Phase.RESOLVED -> "La mesa ya lo resolvió."
        Phase.CLOSED, Phase.FOLLOW_UP -> "La mesa ya lo cerró."
        else -> status(case.status)
    }

    private fun status(status: Status): String = when (status) {
        Status.PENDING -> "Guardado en el teléfono. Falta enviarlo."
        Status.SENT -> "En camino. Falta que la mesa confirme."
        Status.ACCEPTED -> "La mesa ya lo tiene."
        Status.ANSWERED -> "La mesa ya contestó."
        Status.QUARANTINED -> "La mesa no lo pudo leer. Sigue guardado."
        Status.DROPPED -> "Ya no se envía. La mesa lo sabe."
    }
}
