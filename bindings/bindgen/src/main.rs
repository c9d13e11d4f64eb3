//! UniFFI's generator of bindings, as a program: `cargo run -p uniffi-bindgen -- generate --help`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
