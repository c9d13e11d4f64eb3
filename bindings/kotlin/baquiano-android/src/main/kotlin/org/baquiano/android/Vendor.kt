package org.baquiano.android

/** The makers that facts.yaml tells apart. */
internal enum class Vendor(private vararg val names: String) {
    SAMSUNG("samsung"),
    XIAOMI("xiaomi", "redmi", "poco", "blackshark"),
    HUAWEI("huawei"),
    HONOR("honor", "hihonor"),
    MOTOROLA("motorola"),
    TECNO("tecno"),
    INFINIX("infinix"),
    ITEL("itel"),
    OPPO("oppo"),
    REALME("realme"),
    VIVO("vivo", "iqoo"),
    NOKIA("nokia", "hmd"),
    LG("lg"),
    GOOGLE("google"),
    ZTE("zte", "nubia"),
    // TCL makes the Alcatel phones, so the narrower name comes first.
    ALCATEL("alcatel"),
    TCL("tcl", "tct"),
    BLU("blu"),
    LENOVO("lenovo"),
    SONY("sony"),
    ONEPLUS("oneplus"),
    OTHER,
    ;

    /** Its value in facts.yaml. */
    val id: String get() = name.lowercase()

    internal companion object {
        /** The maker of a phone: the manufacturer, and where nobody knows that, the brand. */
        fun of(build: PhoneBuild): Vendor {
            val brand = named(build.brand)
            // The manufacturer of Alcatel phones is TCL or TCT; only the brand says which settings they have.
            if (brand == ALCATEL) return brand
            return named(build.manufacturer).takeIf { it != OTHER } ?: brand
        }

        private fun named(text: String): Vendor {
            // «TECNO MOBILE LIMITED», «HMD Global», «LGE»: the name is the beginning.
            val lower = text.trim().lowercase()
            return entries.firstOrNull { vendor -> vendor.names.any { lower == it || lower.startsWith("$it ") } }
                ?: entries.firstOrNull { vendor -> vendor.names.any { it.length > SHORT && lower.startsWith(it) } }
                ?: if (lower == "lge") LG else OTHER
        }

        // Names up to this length are too common a beginning («blu», «lg», «tcl») to go by it.
        private const val SHORT = 3
    }
}
