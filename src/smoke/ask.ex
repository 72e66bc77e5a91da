# Run in a release by `eval` and `rpc`, from Elixir 1.10 on. MARK and WAIT are filled in.

say = fn name, value -> IO.puts("MARK fact " <> name <> " " <> Base.encode64(value)) end

# A node answers before its applications have started.
booted = fn booted ->
  case :init.get_status() do
    {:starting, _} ->
      Process.sleep(20)
      booted.(booted)

    _ ->
      :ok
  end
end

if WAIT, do: booted.(booted)

# Loaded by hand: in embedded mode the code server finds nothing by itself.
load = fn module ->
  case :code.is_loaded(module) do
    false -> :code.load_file(module)
    _ -> {:module, module}
  end
end

lib = Path.join(System.get_env("RELEASE_ROOT"), "lib")

native =
  Path.join(lib, "*/priv/**/*.so")
  |> Path.wildcard()
  |> Enum.map(fn file -> file |> Path.relative_to(lib) |> Path.split() |> hd() end)
  |> Enum.uniq()

for directory <- native, file <- Path.wildcard(Path.join([lib, directory, "ebin", "*.app"])) do
  application = file |> Path.basename(".app") |> String.to_atom()
  :application.load(application)

  modules =
    case :application.get_key(application, :modules) do
      {:ok, modules} -> modules
      :undefined -> []
    end

  for module <- modules, {:error, reason} <- [load.(module)] do
    say.("fault", inspect(module) <> " " <> inspect(application) <> " " <> inspect(reason))
  end

  say.("native", Atom.to_string(application) <> " " <> Integer.to_string(length(modules)))
end

say.("answered", "")
