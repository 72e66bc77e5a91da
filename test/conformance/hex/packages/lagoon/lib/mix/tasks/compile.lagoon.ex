defmodule Mix.Tasks.Compile.Lagoon do
  @moduledoc "Writes the index of colocated scripts after the views are compiled."
  use Mix.Task.Compiler

  @recursive true

  @impl true
  def run(_args) do
    Mix.Task.Compiler.after_compiler(:elixir, fn
      {:noop, diagnostics} ->
        {:noop, diagnostics}

      {status, diagnostics} ->
        Lagoon.write_index()
        {status, diagnostics}
    end)

    :noop
  end
end
