package org.baquiano.android

import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * What a compiled AndroidManifest.xml says of versions. Read here because PackageManager gives null for every file that the phone's Android is too
 * old for, as if it were damaged.
 */
internal class ApkManifest(val packageName: String?, val versionCode: Long?, val minSdk: Int?, val targetSdk: Int?) {
    internal companion object {
        // Kinds of chunks. Origin: AOSP, ResourceTypes.h.
        private const val XML = 0x0003
        private const val STRINGS = 0x0001
        private const val RESOURCE_MAP = 0x0180
        private const val START_ELEMENT = 0x0102

        private const val UTF8_FLAG = 0x100
        private const val TYPE_STRING = 0x03
        private const val NONE = -1

        // Attributes of the framework. Origin: AOSP, public.xml.
        private const val VERSION_CODE = 0x0101021b
        private const val VERSION_CODE_MAJOR = 0x01010576
        private const val MIN_SDK = 0x0101020c
        private const val TARGET_SDK = 0x01010270

        private const val CHUNK_HEADER = 8

        /** Null when it isn't a compiled manifest. */
        fun parse(bytes: ByteArray): ApkManifest? = runCatching { Parser(bytes).parse() }.getOrNull()
    }

    private class Parser(bytes: ByteArray) {
        private val data: ByteBuffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
        private var strings: List<String> = emptyList()
        private var resources: List<Int> = emptyList()

        private var packageName: String? = null
        private var versionCode: Long? = null
        private var versionCodeMajor = 0L
        private var minSdk: Int? = null
        private var targetSdk: Int? = null

        fun parse(): ApkManifest? {
            if (u16(0) != XML) return null
            var at = u16(2)
            while (at + CHUNK_HEADER <= data.limit()) {
                val size = data.getInt(at + 4)
                // A chunk that doesn't get on would be read for ever.
                if (size < CHUNK_HEADER) return null
                when (u16(at)) {
                    STRINGS -> strings = readStrings(at)
                    RESOURCE_MAP -> resources = (at + u16(at + 2) until at + size step 4).map(data::getInt)
                    START_ELEMENT -> readElement(at)
                }
                at += size
            }
            val code = versionCode?.let { (versionCodeMajor shl Int.SIZE_BITS) or (it and 0xffff_ffffL) }
            return if (packageName == null && minSdk == null) null else ApkManifest(packageName, code, minSdk, targetSdk)
        }

        private fun u16(at: Int): Int = data.getShort(at).toInt() and 0xffff

        private fun readStrings(at: Int): List<String> {
            val count = data.getInt(at + 8)
            val isUtf8 = data.getInt(at + 16) and UTF8_FLAG != 0
            val start = at + data.getInt(at + 20)
            val offsets = at + u16(at + 2)
            return (0 until count).map { index ->
                val string = start + data.getInt(offsets + 4 * index)
                if (isUtf8) utf8(string) else utf16(string)
            }
        }

        private fun utf16(at: Int): String {
            val first = u16(at)
            val isLong = first and 0x8000 != 0
            val length = if (isLong) (first and 0x7fff shl 16) or u16(at + 2) else first
            return text(at + if (isLong) 4 else 2, 2 * length, Charsets.UTF_16LE)
        }

        private fun utf8(at: Int): String {
            // Two lengths, in characters and in bytes, of one or two bytes each.
            val bytes = at + if (data.get(at) < 0) 2 else 1
            val first = data.get(bytes).toInt() and 0xff
            val isLong = first and 0x80 != 0
            val length = if (isLong) (first and 0x7f shl 8) or (data.get(bytes + 1).toInt() and 0xff) else first
            return text(bytes + if (isLong) 2 else 1, length, Charsets.UTF_8)
        }

        private fun text(at: Int, length: Int, charset: java.nio.charset.Charset) = String(data.array(), at, length, charset)

        private fun readElement(at: Int) {
            val body = at + u16(at + 2)
            val name = strings[data.getInt(body + 4)]
            if (name != "manifest" && name != "uses-sdk") return
            val first = body + u16(body + 8)
            val size = u16(body + 10)
            repeat(u16(body + 12)) { index -> readAttribute(first + index * size, name) }
        }

        private fun readAttribute(at: Int, element: String) {
            val nameIndex = data.getInt(at + 4)
            val isText = (data.get(at + 15).toInt() and 0xff) == TYPE_STRING
            val value = data.getInt(at + 16)
            val text = if (isText && value != NONE) strings[value] else null
            // Tools that shrink manifests drop the names and leave the numbers.
            val id = resources.getOrElse(nameIndex) { 0 }
            when {
                element == "manifest" && id == VERSION_CODE -> versionCode = text?.toLongOrNull() ?: value.toLong()
                element == "manifest" && id == VERSION_CODE_MAJOR -> versionCodeMajor = value.toLong()
                element == "manifest" && id == 0 && strings[nameIndex] == "package" -> packageName = text
                element == "uses-sdk" && id == MIN_SDK -> minSdk = if (text == null) value else text.toIntOrNull()
                element == "uses-sdk" && id == TARGET_SDK -> targetSdk = if (text == null) value else text.toIntOrNull()
            }
        }
    }
}
