// Android's libc for a trial on Debian: glibc, with what bionic has under other names or numbers.

#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

// bionic/libc/include/bits/sysconf.h
enum { BIONIC_PAGESIZE = 39, BIONIC_PAGE_SIZE = 40, BIONIC_NPROCESSORS_CONF = 96, BIONIC_NPROCESSORS_ONLN = 97 };

int *__errno(void) { return &errno; }

int __system_property_get(const char *name, char *value) {
    (void)name;
    value[0] = 0;
    return 0;
}

long sysconf(int name) {
    static long (*glibc)(int);
    switch (name) {
    case BIONIC_PAGESIZE:
    case BIONIC_PAGE_SIZE:
        name = _SC_PAGESIZE;
        break;
    case BIONIC_NPROCESSORS_CONF:
    case BIONIC_NPROCESSORS_ONLN:
        name = _SC_NPROCESSORS_ONLN;
        break;
    default:
        break;
    }
    if (!glibc)
        glibc = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
    return glibc(name);
}
