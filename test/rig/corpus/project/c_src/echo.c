#include <stdio.h>

int main(int argc, char **argv) {
  fputs(argc > 1 ? argv[1] : "", stdout);
  return 0;
}
