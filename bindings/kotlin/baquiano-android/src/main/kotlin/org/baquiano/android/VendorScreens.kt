package org.baquiano.android

/**
 * The makers' own screens. None is documented: the names are those that their ROMs have used, newest first. Each may be missing, closed to other
 * apps, or under another name after the next update, so nothing depends on them.
 */
internal fun vendorScreens(action: String, vendor: Vendor, packageName: String): List<Screen> = when (action) {
    "autostart" -> autostart(vendor)
    "battery-optimization" -> battery(vendor, packageName)
    else -> emptyList()
}

private fun autostart(vendor: Vendor): List<Screen> = when (vendor) {
    Vendor.XIAOMI -> screens(
        "com.miui.securitycenter/com.miui.permcenter.autostart.AutoStartManagementActivity",
    )
    Vendor.HUAWEI, Vendor.HONOR -> screens(
        "com.huawei.systemmanager/com.huawei.systemmanager.startupmgr.ui.StartupNormalAppListActivity",
        "com.huawei.systemmanager/com.huawei.systemmanager.appcontrol.activity.StartupAppControlActivity",
        "com.huawei.systemmanager/com.huawei.systemmanager.optimize.process.ProtectActivity",
        "com.hihonor.systemmanager/com.hihonor.systemmanager.startupmgr.ui.StartupNormalAppListActivity",
        "com.hihonor.systemmanager/com.hihonor.systemmanager.appcontrol.activity.StartupAppControlActivity",
    )
    Vendor.OPPO, Vendor.REALME, Vendor.ONEPLUS -> screens(
        "com.oplus.safecenter/com.oplus.safecenter.startupapp.view.StartupAppListActivity",
        "com.coloros.safecenter/com.coloros.safecenter.startupapp.StartupAppListActivity",
        "com.coloros.safecenter/com.coloros.safecenter.permission.startup.StartupAppListActivity",
        "com.oppo.safe/com.oppo.safe.permission.startup.StartupAppListActivity",
        "com.oneplus.security/com.oneplus.security.chainlaunch.view.ChainLaunchAppListActivity",
    )
    Vendor.VIVO -> screens(
        "com.vivo.permissionmanager/com.vivo.permissionmanager.activity.BgStartUpManagerActivity",
        "com.iqoo.secure/com.iqoo.secure.ui.phoneoptimize.BgStartUpManager",
        "com.iqoo.secure/com.iqoo.secure.ui.phoneoptimize.AddWhiteListActivity",
    )
    Vendor.SAMSUNG -> screens(
        "com.samsung.android.lool/com.samsung.android.sm.battery.ui.BatteryActivity",
        "com.samsung.android.lool/com.samsung.android.sm.ui.battery.BatteryActivity",
    )
    Vendor.TECNO, Vendor.INFINIX, Vendor.ITEL -> screens(
        "com.transsion.phonemaster/com.cyin.himgr.autostart.AutoStartActivity",
        "com.transsion.phonemanager/com.itel.autobootmanager.activity.AutoBootMgrActivity",
    )
    Vendor.LENOVO -> screens(
        "com.lenovo.security/com.lenovo.security.purebackground.PureBackgroundActivity",
    )
    Vendor.NOKIA -> screens(
        "com.evenwell.powersaving.g3/com.evenwell.powersaving.g3.exception.PowerSaverExceptionActivity",
    )
    else -> emptyList()
}

private fun battery(vendor: Vendor, packageName: String): List<Screen> = when (vendor) {
    // Where «Sin restricciones» is; the list of Android doesn't show what MIUI does.
    Vendor.XIAOMI -> listOf(
        Screen(component = "com.miui.powerkeeper/com.miui.powerkeeper.ui.HiddenAppsConfigActivity", extras = mapOf("package_name" to packageName)),
    )
    Vendor.HUAWEI, Vendor.HONOR -> autostart(vendor)
    else -> emptyList()
}

private fun screens(vararg components: String): List<Screen> = components.map { Screen(component = it) }
