defmodule Lagoon do
  @moduledoc """
  Takes the scripts of views while these compile, and writes them below the build path, where a bundler finds them
  through NODE_PATH. The compiler `:lagoon` writes the index that names them all.
  """

  @doc "In a view: `use Lagoon, hook: \"export default () => 1\"`."
  defmacro __using__(hook: text) do
    directory = Path.join(directory(), inspect(__CALLER__.module))
    File.mkdir_p!(directory)
    File.write!(Path.join(directory, "hook.js"), text)
    quote do: def(hook, do: unquote(text))
  end

  @doc "Where the scripts of the application that is compiled lie."
  def directory do
    app = to_string(Mix.Project.config()[:app])
    Path.join([Mix.Project.build_path(), "phoenix-colocated", app])
  end

  @doc "Writes the index of all scripts that are there."
  def write_index do
    names = [directory(), "*", "hook.js"] |> Path.join() |> Path.wildcard() |> Enum.map(&Path.basename(Path.dirname(&1)))
    imports = for {name, at} <- Enum.with_index(names), do: "import hook#{at} from \"./#{name}/hook.js\"\n"
    entries = for {name, at} <- Enum.with_index(names), do: "  \"#{name}\": hook#{at},\n"
    File.mkdir_p!(directory())
    File.write!(Path.join(directory(), "index.js"), [imports, "export const hooks = {\n", entries, "}\n"])
  end
end
