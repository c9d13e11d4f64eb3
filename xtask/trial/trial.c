// Loads the library for Android and does what needs all of it: opens the desk, lets it panic, asks a question. Fails unless each ends as it should.
//
// Arguments and results are bytes as UniFFI writes them: numbers big-endian, a length before each text, one zero for each value that isn't given.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    uint64_t capacity, len;
    uint8_t *data;
} Buffer;

typedef struct {
    int8_t code;
    Buffer error;
} Status;

// UniFFI's codes: an error of the library's own kind, which the panic on purpose becomes.
enum { GOOD = 0, ERROR = 1 };
// How many zeros Settings with nothing in it are, and Query after its text. A test of bindings/ffi (src/layout.rs) holds that they are, whatever fields are added.
enum { SETTINGS = 16, QUERY_REST = 12 };

static const char QUESTION[] = "no me agarra el jipies";

#define FUNCTION(result, name, arguments) result(*name) arguments = (result(*) arguments)dlsym(library, #name)

static int holds(const char *what, Status status, int code, Buffer bytes, const char *text) {
    int good = status.code == code && (!text || (bytes.data && memmem(bytes.data, bytes.len, text, strlen(text))));
    printf("%s: %s (code %d, %u bytes)\n", what, good ? "good" : "WRONG", status.code, (unsigned)bytes.len);
    if (status.code != code && status.error.data)
        printf("%.*s\n", (int)status.error.len, (char *)status.error.data);
    return good;
}

int main(int count, char **arguments) {
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    if (!library) {
        puts(count == 2 ? dlerror() : "one argument: the library");
        return 1;
    }
    FUNCTION(Buffer, ffi_baquiano_ffi_rustbuffer_alloc, (uint64_t, Status *));
    FUNCTION(uint64_t, uniffi_baquiano_ffi_fn_constructor_desk_open, (Buffer, Status *));
    FUNCTION(uint64_t, uniffi_baquiano_ffi_fn_clone_desk, (uint64_t, Status *));
    FUNCTION(void, uniffi_baquiano_ffi_fn_method_desk_fail_on_purpose, (uint64_t, Status *));
    FUNCTION(Buffer, uniffi_baquiano_ffi_fn_method_desk_search, (uint64_t, Buffer, Status *));

    Status status = {0};
    Buffer settings = ffi_baquiano_ffi_rustbuffer_alloc(SETTINGS, &status);
    memset(settings.data, 0, SETTINGS);
    settings.len = SETTINGS;
    uint64_t desk = uniffi_baquiano_ffi_fn_constructor_desk_open(settings, &status);
    if (!holds("opening", status, GOOD, status.error, NULL))
        return 1;

    Status panic = {0};
    uniffi_baquiano_ffi_fn_method_desk_fail_on_purpose(uniffi_baquiano_ffi_fn_clone_desk(desk, &status), &panic);
    int good = holds("a panic", panic, ERROR, panic.error, "a fault on purpose");

    uint64_t text = strlen(QUESTION), whole = 4 + text + QUERY_REST;
    Buffer query = ffi_baquiano_ffi_rustbuffer_alloc(whole, &status);
    memset(query.data, 0, whole);
    query.data[3] = (uint8_t)text;
    memcpy(query.data + 4, QUESTION, text);
    query.len = whole;
    Buffer answer = uniffi_baquiano_ffi_fn_method_desk_search(uniffi_baquiano_ffi_fn_clone_desk(desk, &status), query, &status);
    good &= holds("a search", status, GOOD, answer, "gps");
    return !good;
}
