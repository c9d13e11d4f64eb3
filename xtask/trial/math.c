// Android's libm for a trial on Debian: glibc's. On 32-bit ARM Android passes floating point numbers in general registers, Debian in their own.

#if defined(__arm__)
#include <dlfcn.h>

#define ANDROID __attribute__((pcs("aapcs")))

static void *glibc(const char *name) {
    static void *libm;
    if (!libm)
        libm = dlopen("libm.so.6", RTLD_NOW);
    return dlsym(libm, name);
}

ANDROID float expf(float x) { return ((float (*)(float))glibc("expf"))(x); }
ANDROID float logf(float x) { return ((float (*)(float))glibc("logf"))(x); }
ANDROID float powf(float x, float y) { return ((float (*)(float, float))glibc("powf"))(x, y); }
#else
int baquiano_trial_math;
#endif
