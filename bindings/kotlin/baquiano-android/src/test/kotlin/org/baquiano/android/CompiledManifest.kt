package org.baquiano.android

import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** A manifest as Android's build tools compile it, with what the tests look at. */
fun compiledManifest(packageName: String, versionCode: Int, minSdk: Int, targetSdk: Int): ByteArray {
    val strings = listOf("versionCode", "minSdkVersion", "targetSdkVersion", "package", "manifest", "uses-sdk", packageName)
    val resources = chunk(0x0180, 8, ints(0x0101021b, 0x0101020c, 0x01010270))
    val body = pool(strings) + resources +
        element(4, listOf(attribute(0, -1, 0x10, versionCode), attribute(3, 6, 0x03, 6))) +
        element(5, listOf(attribute(1, -1, 0x10, minSdk), attribute(2, -1, 0x10, targetSdk)))
    return chunk(0x0003, 8, body)
}

private fun pool(strings: List<String>): ByteArray {
    val data = ByteArrayOutputStream()
    val offsets = strings.map { text ->
        data.size().also {
            data.write(shorts(text.length))
            data.write(text.toByteArray(Charsets.UTF_16LE))
            data.write(shorts(0))
        }
    }
    while (data.size() % 4 != 0) data.write(0)
    val header = ints(strings.size, 0, 0, 28 + 4 * strings.size, 0)
    return chunk(0x0001, 28, header + ints(*offsets.toIntArray()) + data.toByteArray())
}

private fun element(name: Int, attributes: List<ByteArray>): ByteArray {
    val fields = ints(1, -1) + ints(-1, name) + shorts(20, 20, attributes.size, 0, 0, 0)
    return chunk(0x0102, 16, fields + attributes.reduce(ByteArray::plus))
}

private fun attribute(name: Int, raw: Int, type: Int, value: Int): ByteArray =
    ints(-1, name, raw) + shorts(8) + byteArrayOf(0, type.toByte()) + ints(value)

private fun chunk(type: Int, headerSize: Int, body: ByteArray): ByteArray = shorts(type, headerSize) + ints(8 + body.size) + body

private fun ints(vararg values: Int): ByteArray =
    ByteBuffer.allocate(4 * values.size).order(ByteOrder.LITTLE_ENDIAN).apply { values.forEach(::putInt) }.array()

private fun shorts(vararg values: Int): ByteArray =
    ByteBuffer.allocate(2 * values.size).order(ByteOrder.LITTLE_ENDIAN).apply { values.forEach { putShort(it.toShort()) } }.array()
