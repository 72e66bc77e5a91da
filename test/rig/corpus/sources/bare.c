// A NIF without any header or library, for machines that there is a compiler for and nothing else.
typedef unsigned long term;
term enif_make_int(void *, int);

term answer(void *env, int argc, const term argv[]);
term answer(void *env, int argc, const term argv[]) {
  (void)argc;
  (void)argv;
  return enif_make_int(env, 42);
}

void *nif_init(void);
void *nif_init(void) { return (void *)answer; }
