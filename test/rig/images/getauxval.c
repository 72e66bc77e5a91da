/* What libgcc's outline atomics ask glibc, and zig's libc++ uses those atomics. */
#include <sys/auxv.h>
__attribute__((visibility("hidden"))) unsigned long __getauxval(unsigned long type) { return getauxval(type); }
