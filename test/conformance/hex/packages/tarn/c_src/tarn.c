#include <erl_nif.h>
#include <sqlite3.h>

/* Counts the rows of a table that it makes in memory, as text. */
static ERL_NIF_TERM count(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) {
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;
  int rows = -1;
  (void)argc;
  (void)argv;

  if (sqlite3_open(":memory:", &database) == SQLITE_OK &&
      sqlite3_exec(database, "create table goods (id integer); insert into goods values (1), (2), (3)", NULL, NULL,
                   NULL) == SQLITE_OK &&
      sqlite3_prepare_v2(database, "select count(*) from goods", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    rows = sqlite3_column_int(statement, 0);
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return rows < 0 ? enif_make_badarg(env) : enif_make_int(env, rows);
}

static ErlNifFunc functions[] = {{"count", 0, count, 0}};

ERL_NIF_INIT(Elixir.Tarn, functions, NULL, NULL, NULL, NULL)
