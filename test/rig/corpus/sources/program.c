// A program behind a port.
#include <stdio.h>
#include <stdlib.h>

#ifdef NEW_GLIBC // 2.38
long __isoc23_strtol(const char *, char **, int);
#define NUMBER __isoc23_strtol
#else
#define NUMBER(text, end, base) atol(text)
#endif
#ifdef VENDOR
int vendor(void);
#else
static int vendor(void) { return 0; }
#endif

int main(int argc, char **argv) {
  printf("%ld\n", argc > 1 ? (long)NUMBER(argv[1], NULL, 10) : (long)vendor());
  return 0;
}
