#include <erl_nif.h>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

// Exceptions and streams: what takes libstdc++ and libgcc at run time.
static int sum_of(ErlNifEnv *env, ERL_NIF_TERM list) {
  std::vector<int> numbers;
  ERL_NIF_TERM head;
  while (enif_get_list_cell(env, list, &head, &list)) {
    int number;
    if (!enif_get_int(env, head, &number)) throw std::invalid_argument("no number");
    numbers.push_back(number);
  }
  std::ostringstream text;
  text << std::accumulate(numbers.begin(), numbers.end(), 0);
  return std::stoi(text.str());
}

static ERL_NIF_TERM sum(ErlNifEnv *env, int, const ERL_NIF_TERM argv[]) {
  try {
    return enif_make_int(env, sum_of(env, argv[0]));
  } catch (const std::exception &) {
    return enif_make_badarg(env);
  }
}

static ErlNifFunc functions[] = {{"sum", 1, sum, 0}};

extern "C" {
ERL_NIF_INIT(Elixir.Corpus.Cxx, functions, NULL, NULL, NULL, NULL)
}
