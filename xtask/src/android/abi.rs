//! The processors of Android phones that the library is built for.

use clap::ValueEnum;
use object::elf;

/// An ABI, under the name that Android gives it (the folder in an app's `lib/`).
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Abi {
    /// 64-bit ARM: nearly every phone that is sold.
    #[value(name = "arm64-v8a")]
    Arm64,
    /// 32-bit ARM: the cheapest and the oldest phones.
    #[value(name = "armeabi-v7a")]
    Arm,
    /// 64-bit Intel: emulators and Chromebooks.
    #[value(name = "x86_64")]
    X86_64,
}

/// What differs from ABI to ABI.
pub(crate) struct Traits {
    /// Android's name.
    pub(crate) name: &'static str,
    /// Rust's name of the target.
    pub(crate) triple: &'static str,
    /// The architecture in the version scripts of bionic, and so in `bionic-24.txt`.
    pub(crate) bionic: &'static str,
    /// Debian's architecture whose `libunwind.a` fits. On 32-bit ARM that is the one with hardware floating point: no function of libunwind takes or returns
    /// a floating point number, which is all that the two calling conventions differ in.
    pub(crate) debian: &'static str,
    /// What lld calls the format (`-m`).
    pub(crate) emulation: &'static str,
    /// `e_machine` in the header of an ELF file.
    pub(crate) machine: elf::Machine,
    /// The architecture for writing object files.
    pub(crate) architecture: object::Architecture,
    /// Whether pointers have 64 bits.
    pub(crate) is_64: bool,
}

impl Abi {
    /// All of them, in the order of how many phones have them.
    pub(crate) const ALL: [Self; 3] = [Self::Arm64, Self::Arm, Self::X86_64];

    pub(crate) fn traits(self) -> Traits {
        match self {
            Self::Arm64 => Traits {
                name: "arm64-v8a",
                triple: "aarch64-linux-android",
                bionic: "arm64",
                debian: "arm64",
                emulation: "aarch64linux",
                machine: elf::EM_AARCH64,
                architecture: object::Architecture::Aarch64,
                is_64: true,
            },
            Self::Arm => Traits {
                name: "armeabi-v7a",
                triple: "armv7-linux-androideabi",
                bionic: "arm",
                debian: "armhf",
                emulation: "armelf_linux_eabi",
                machine: elf::EM_ARM,
                architecture: object::Architecture::Arm,
                is_64: false,
            },
            Self::X86_64 => Traits {
                name: "x86_64",
                triple: "x86_64-linux-android",
                bionic: "x86_64",
                debian: "amd64",
                emulation: "elf_x86_64",
                machine: elf::EM_X86_64,
                architecture: object::Architecture::X86_64,
                is_64: true,
            },
        }
    }
}
