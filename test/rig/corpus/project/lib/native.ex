defmodule Corpus.Native do
  @moduledoc false
  @on_load :load

  def load, do: :erlang.load_nif(to_charlist(Application.app_dir(:corpus, "priv/native")), 0)
  def add(_a, _b), do: :erlang.nif_error(:not_loaded)
end

if System.get_env("CORPUS_SMALL") != "yes" do
  defmodule Corpus.Cxx do
    @moduledoc false
    @on_load :load

    def load, do: :erlang.load_nif(to_charlist(Application.app_dir(:corpus, "priv/cxx")), 0)
    def sum(_list), do: :erlang.nif_error(:not_loaded)
  end
end
