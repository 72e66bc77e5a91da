// A program without any header or library.
void _start(void);
void _start(void) {
  for (;;) continue;
}
