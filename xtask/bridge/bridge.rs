//! What Debian's `libunwind.a`, made for glibc, asks for and bionic doesn't offer.
//!
//! Compiled by `cargo xtask android` into one object per ABI, which is linked only when there is no NDK: the NDK's unwinder needs none of it. There is no
//! `core` for the target at that moment, hence `no_core`. Nothing of this is seen outside the library, whose list of exports hides it.

#![feature(no_core, lang_items)]
#![no_core]
#![allow(internal_features)]

#[lang = "pointee_sized"]
trait PointeeSized {}
#[lang = "meta_sized"]
trait MetaSized: PointeeSized {}
#[lang = "sized"]
trait Sized: MetaSized {}
#[lang = "drop_in_place"]
fn drop_in_place<T>(_: *mut T) {}

unsafe extern "C" {
    fn abort() -> !;
}

/// glibc's end of `assert`. Bionic's is `__assert2`, which takes its arguments in another order.
#[unsafe(no_mangle)]
extern "C" fn __assert_fail() -> ! {
    unsafe { abort() }
}

/// glibc's checked `fprintf`, with which libunwind writes to `stderr`: nobody reads that on a phone. The arguments are the caller's to clear away, so that
/// they may stay unread.
#[unsafe(no_mangle)]
extern "C" fn __fprintf_chk() -> i32 {
    0
}
