package org.baquiano.bench

import org.baquiano.ffi.Desk

/** A process that opens the desk and answers one question; with `empty`, one that does nothing: what is between them is what the help costs an app. */
public fun main(args: Array<String>) {
    if ("empty" in args) return
    val began = System.nanoTime()
    val desk = Desk.open(SETTINGS)
    val opened = System.nanoTime()
    val answer = desk.search(QUESTION)
    val answered = System.nanoTime()
    if ("times" in args) println("load + open ${(opened - began) / 1000} us, first answer ${(answered - opened) / 1000} us")
    check(answer.hits.size == 5)
}
