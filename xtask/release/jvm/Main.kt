import kotlinx.coroutines.runBlocking
import org.baquiano.Baquiano
import org.baquiano.ffi.Report
import org.baquiano.ffi.Settings
import org.baquiano.ffi.Told
import org.baquiano.model.AppVersion
import org.baquiano.model.Device
import org.baquiano.model.Shows

/** A program that has nothing but the jars: finds an article, begins a talk and files a case. */
fun main(): Unit = runBlocking {
    Baquiano.open(Settings(dir = "desk", app = AppVersion("fsu-rup", "3.2.1"), device = Device(vendor = "samsung"))).use { desk ->
        println(desk.search("no me agarra el jipies").hits.first().id)
        desk.guide(words = "no me agarra el gps").use { guide -> check(guide.page.value.shows is Shows.Ask || guide.page.value.shows is Shows.Do) }
        val filed = desk.file(Report(words = "no me deja enviar las fichas", told = Told()))
        check(desk.cases().single().id == filed.id)
        println(filed.promise)
    }
}
