//! What builds and runs programs for processors other than this machine's, on Debian.

use anyhow::Result;

use crate::debian;

/// A C compiler, and what runs its programs.
pub(crate) struct Cross {
    /// The C compiler, which also links.
    pub(crate) compiler: &'static str,
    /// What runs the programs, word by word; empty if this machine can.
    pub(crate) runner: &'static [&'static str],
    /// Programs that are needed, each with Debian's package that has it.
    packages: &'static [(&'static str, &'static str)],
}

impl Cross {
    /// 64-bit ARM, run by QEMU.
    pub(crate) const AARCH64: Self = Self {
        compiler: "aarch64-linux-gnu-gcc",
        runner: &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
        packages: &[
            ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
            ("aarch64-linux-gnu-gcc", "libc6-dev-arm64-cross"),
            ("qemu-aarch64", "qemu-user"),
        ],
    };
    /// 32-bit ARM, run by QEMU.
    pub(crate) const ARMV7: Self = Self {
        compiler: "arm-linux-gnueabihf-gcc",
        runner: &["qemu-arm", "-L", "/usr/arm-linux-gnueabihf"],
        packages: &[
            ("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf"),
            ("arm-linux-gnueabihf-gcc", "libc6-dev-armhf-cross"),
            ("qemu-arm", "qemu-user"),
        ],
    };
    /// 32-bit Intel, which a 64-bit machine runs by itself, once it has the libraries.
    pub(crate) const I686: Self = Self {
        compiler: "i686-linux-gnu-gcc",
        runner: &["/usr/i686-linux-gnu/lib/ld-linux.so.2", "--library-path", "/usr/i686-linux-gnu/lib"],
        packages: &[("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"), ("i686-linux-gnu-gcc", "libc6-dev-i386-cross")],
    };
    /// 64-bit Intel: this very machine.
    pub(crate) const X86_64: Self = Self { compiler: "cc", runner: &[], packages: &[("cc", "build-essential")] };

    /// Installs what is missing of it.
    ///
    /// # Errors
    ///
    /// As [`debian::install`].
    pub(crate) fn ensure(&self) -> Result<()> {
        debian::install(self.packages)
    }
}
