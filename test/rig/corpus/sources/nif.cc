// A NIF in C++; what is defined decides which versions of its library it needs.
#include <erl_nif.h>
#include <stdexcept>
#include <string>

#ifdef NEW_CXXABI // 1.3.14: the type of a _Float16
extern "C" char _ZTIDF16_[];
static char *volatile type = _ZTIDF16_;
#define EXTRA (type == nullptr)
#endif
#ifdef NEW_GLIBCXX // 3.4.32: every file that includes it
#include <iostream>
#define EXTRA (std::cout.good() ? 1 : 0)
#endif
#ifndef EXTRA
#define EXTRA 0
#endif

static ERL_NIF_TERM answer(ErlNifEnv *env, int, const ERL_NIF_TERM[]) {
  try {
    std::string text = "41";
    if (text.empty()) throw std::runtime_error("empty");
    return enif_make_int(env, static_cast<int>(text.size()) + 40 + EXTRA);
  } catch (const std::exception &) {
    return enif_make_badarg(env);
  }
}

static ErlNifFunc functions[] = {{"answer", 0, answer, 0}};

extern "C" {
ERL_NIF_INIT(answer, functions, NULL, NULL, NULL, NULL)
}
