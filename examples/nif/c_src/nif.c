#include <erl_nif.h>
#include <stdio.h> /* defines __GLIBC__ where there is one */
#include <string.h>

#if defined(__x86_64__)
#define NIF_CPU "x86_64"
#elif defined(__aarch64__)
#define NIF_CPU "aarch64"
#else
#define NIF_CPU "unknown"
#endif

#if defined(__linux__) && defined(__GLIBC__)
#define NIF_OS "linux-gnu"
#elif defined(__linux__)
#define NIF_OS "linux-musl"
#elif defined(__APPLE__)
#define NIF_OS "darwin"
#else
#define NIF_OS "unknown"
#endif

static ERL_NIF_TERM add(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) {
  ErlNifSInt64 a, b, sum;
  (void)argc;

  if (!enif_get_int64(env, argv[0], &a) || !enif_get_int64(env, argv[1], &b) ||
      __builtin_add_overflow(a, b, &sum)) {
    return enif_make_badarg(env);
  }

  return enif_make_int64(env, sum);
}

static ERL_NIF_TERM arch(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) {
  static const char name[] = NIF_CPU "-" NIF_OS;
  ERL_NIF_TERM term;
  unsigned char *data = enif_make_new_binary(env, sizeof(name) - 1, &term);
  (void)argc;
  (void)argv;

  memcpy(data, name, sizeof(name) - 1);
  return term;
}

static ErlNifFunc functions[] = {
    {"add", 2, add, 0},
    {"arch", 0, arch, 0},
};

ERL_NIF_INIT(Elixir.Nif.Native, functions, NULL, NULL, NULL, NULL)
