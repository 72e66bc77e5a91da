// A NIF; what is defined decides what it needs beside Erlang. Without BARE it uses the C library.
#include <erl_nif.h>

#ifndef BARE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#endif

#ifdef UNKNOWN_ENIF // no Erlang has it
int enif_make_wish(ErlNifEnv *);
#define EXTRA enif_make_wish(env)
#endif
#ifdef UNKNOWN_ERL_DRV
int erl_drv_make_wish(void);
#define EXTRA erl_drv_make_wish()
#endif
#ifdef UNKNOWN_DRIVER
int driver_make_wish(void);
#define EXTRA driver_make_wish()
#endif
#ifdef NEWER_ERLANG // since OTP 26
#define EXTRA enif_set_option(env, ERL_NIF_OPT_DELAY_HALT)
#endif
#ifdef WEAK_ENIF
int enif_make_wish(ErlNifEnv *) __attribute__((weak));
#define EXTRA (enif_make_wish ? enif_make_wish(env) : 0)
#endif
#ifdef NEW_GLIBC // 2.38
long __isoc23_strtol(const char *, char **, int);
#define EXTRA (int)__isoc23_strtol("1", NULL, 10)
#endif
#ifdef WEAK_NEW_GLIBC // 2.38, and does without
long __isoc23_strtol(const char *, char **, int) __attribute__((weak));
#define EXTRA (__isoc23_strtol ? (int)__isoc23_strtol("1", NULL, 10) : 0)
#endif
#ifdef PRIVATE_LIBC
void __ctype_init(void);
#define EXTRA (__ctype_init(), 0)
#endif
#ifdef PRIVATE_LOADER
void _dl_debug_state(void);
#define EXTRA (_dl_debug_state(), 0)
#endif
#ifdef VENDOR // a library that no system has
int vendor(void);
#define EXTRA vendor()
#endif
#ifdef SODIUM
int sodium_init(void);
#define EXTRA sodium_init()
#endif
#ifdef CRYPTO
unsigned long OpenSSL_version_num(void);
#define EXTRA (int)OpenSSL_version_num()
#endif
#ifdef MATHS
#include <math.h>
#define EXTRA (int)sin(argc)
#endif
#ifdef WIDE_INTEGERS // divided by libgcc since GCC 14
static int quotient(int divisor) {
  volatile unsigned _BitInt(512) number = 1;
  volatile unsigned _BitInt(512) by = (unsigned)divisor;
  return (int)((number << 500) / by);
}
#define EXTRA quotient(argc)
#endif
#ifndef EXTRA
#define EXTRA 0
#endif

static ERL_NIF_TERM answer(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) {
  int extra = EXTRA;
  (void)argc;
  (void)argv;
#ifndef BARE
  char text[32];
  char *copy;
  snprintf(text, sizeof text, "%d", 42);
  copy = malloc(strlen(text) + 1);
  if (copy != NULL) extra += atoi(strcpy(copy, text));
  free(copy);
#endif
  return enif_make_int(env, extra);
}

static ErlNifFunc functions[] = {{"answer", 0, answer, 0}};

ERL_NIF_INIT(answer, functions, NULL, NULL, NULL, NULL)
