#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    baquiano_fuzz::damage(data);
});
