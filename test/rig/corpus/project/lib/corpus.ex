defmodule Corpus do
  @moduledoc "Something of each kind that a release can hold: NIFs in C and C++, and a program behind a port."

  @doc "Uses all of it, and OpenSSL: a release that lacks a library fails in one of these."
  def check do
    {Corpus.Native.add(40, 2), cxx(), port(), byte_size(:crypto.hash(:sha256, "")), ssl()}
  end

  if System.get_env("CORPUS_SMALL") != "yes" do
    defp cxx, do: Corpus.Cxx.sum([1, 2, 3])
  else
    defp cxx, do: :none
  end

  defp port do
    program = Application.app_dir(:corpus, "priv/echo")
    {output, 0} = System.cmd(program, ["corpus"])
    output
  end

  defp ssl do
    {:ok, _} = Application.ensure_all_started(:ssl)
    length(:ssl.cipher_suites(:all, :"tlsv1.2")) > 0
  end
end
