// The source text of a generated project: what a module, a package and the project's own files look like.

export const pad = (number, digits = 3) => String(number).padStart(digits, '0');

/** Three kinds of modules take turns: a struct with functions, a server, and a protocol's implementation. */
export function moduleText(prefix, index, neighbour) {
  const name = `${prefix}.M${pad(index)}`;
  const kind = index % 10 === 0 ? server(name) : index % 10 === 5 ? implementation(name) : '';
  return `defmodule ${name} do
  @moduledoc "Module ${String(index)} of a generated project."
  ${index % 10 === 0 ? 'use GenServer' : 'require Logger'}

  defstruct id: ${String(index)}, name: "m${String(index)}", tags: [], totals: %{}, parent: nil

  @type t :: %__MODULE__{id: integer(), name: String.t(), tags: [atom()], totals: map(), parent: t() | nil}
  @kinds [:alpha, :beta, :gamma, :delta, :epsilon]

  @spec new(Enumerable.t()) :: t()
  def new(fields \\\\ []), do: struct(__MODULE__, fields)

  for {kind, weight} <- Enum.with_index(@kinds, ${String(index)}) do
    def weight(unquote(kind)), do: unquote(weight)
  end

  def weight(_other), do: 0

  @spec add(t(), atom(), number()) :: t()
  def add(%__MODULE__{totals: totals} = it, key, amount) when is_atom(key) and is_number(amount) do
    %{it | totals: Map.update(totals, key, amount, &(&1 + amount)), tags: Enum.uniq([key | it.tags])}
  end

  def total(%__MODULE__{totals: totals}) do
    totals |> Enum.map(fn {key, amount} -> weight(key) * amount end) |> Enum.sum()
  end

  @spec parse(String.t()) :: {:ok, t()} | {:error, term()}
  def parse(text) when is_binary(text) do
    with [id, name | rest] <- String.split(text, ","),
         {number, ""} <- Integer.parse(String.trim(id)),
         true <- number >= 0 || {:error, :negative} do
      {:ok, new(id: number, name: String.trim(name), tags: Enum.map(rest, &String.to_atom/1))}
    else
      {:error, reason} -> {:error, reason}
      other -> {:error, {:unexpected, other}}
    end
  end

  def describe(%__MODULE__{} = it) do
    "#{it.name} has the number #{it.id} and a total of #{total(it)}: #{Enum.join(it.tags, ", ")}"
  end

  def mark, do: :mark_0
${neighbour === undefined ? '' : `\n  def next(text), do: ${neighbour}.parse(text)\n`}${kind === '' || index % 10 === 5 ? '' : `\n${kind}`}end
${index % 10 === 5 ? `\n${kind}` : ''}`;
}

const server = () => `  def start_link(fields), do: GenServer.start_link(__MODULE__, fields)

  @impl true
  def init(fields), do: {:ok, new(fields)}

  @impl true
  def handle_call({:add, key, amount}, _from, state) do
    state = add(state, key, amount)
    {:reply, total(state), state}
  end

  def handle_call(:describe, _from, state), do: {:reply, describe(state), state}

  @impl true
  def handle_cast({:rename, name}, state), do: {:noreply, %{state | name: name}}
`;

const implementation = (name) => `defimpl String.Chars, for: ${name} do
  def to_string(it), do: ${name}.describe(it)
end
`;

/** The mix.exs of a package that a project depends on. */
export const packageMix = (app, module) => `defmodule ${module}.MixProject do
  use Mix.Project

  def project do
    [
      app: :${app},
      version: "1.0.0",
      elixir: "~> 1.14",
      description: "A package of a generated project",
      package: [licenses: ["MIT"], links: %{}, files: ["lib", "mix.exs"]]
    ]
  end

  def application, do: [extra_applications: [:logger]]
end
`;

/** The mix.exs of the project; `compiler` is the text of a Mix compiler that runs make. */
export const projectMix = (compiler, deps) => `${compiler}
defmodule Bench.MixProject do
  use Mix.Project

  def project do
    [
      app: :bench,
      version: "0.1.0",
      elixir: "~> 1.14",
      compilers: [:nif_make] ++ Mix.compilers(),
      start_permanent: Mix.env() == :prod,
      deps: [
        ${deps.map((app) => `{:${app}, "~> 1.0"}`).join(',\n        ')}
      ],
      releases: [bench: [include_executables_for: [:unix]]]
    ]
  end

  def application, do: [extra_applications: [:logger, :crypto], mod: {Bench.Application, []}]
end
`;

/** It asks the C code for something, so that a release without it does not boot. */
export const applicationText = (deps) => `defmodule Bench.Application do
  @moduledoc false
  use Application

  @impl true
  def start(_type, _args) do
    3 = Bench.Native.add(1, 2)
    Supervisor.start_link([{Agent, fn -> ${deps} end}], strategy: :one_for_one, name: Bench.Supervisor)
  end
end
`;
