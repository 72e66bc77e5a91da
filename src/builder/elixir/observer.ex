# Watches a compilation: what the code of the project does while it is compiled, besides being compiled.

defmodule MixReleaseBuilder.Observer do
  @moduledoc false

  # Compilers of Mix's own: what they read, Mix compares itself.
  @compilers ~w(compile.all compile.app compile.elixir compile.erlang compile.leex compile.protocols compile.xref compile.yecc)

  @files ~w(read_file consult path_consult path_open eval script read_link read_link_all read_file_info read_link_info
           list_dir list_dir_all set_cwd open write_file copy rename delete make_dir del_dir make_symlink make_link
           change_mode write_file_info)a

  @reads [
    file: @files,
    os: [:getenv, :env],
    erlang: [:open_port],
    gen_tcp: [:connect],
    gen_udp: [:open],
    socket: [:open, :connect],
    application: [:start, :ensure_started, :ensure_all_started]
  ]
  @projects [config: 0, get: 0, get!: 0]
  @asks [{Code, [:ensure_loaded, :ensure_loaded?, :ensure_loaded!, :ensure_compiled, :ensure_compiled!]}]

  # Starts watching the calling process and all that it starts. nil where that cannot be: it is traced already.
  def start do
    main = self()
    cwd = File.cwd!()
    mixfiles = mixfiles()
    tracer = spawn(fn -> loop(%{main: main, cwd: cwd, mixfiles: mixfiles, tasks: [], workers: %{}, parents: %{}, events: []}) end)
    patterns(true)
    for module <- mixfiles, do: :erlang.trace_pattern({module, :_, :_}, true, [])
    1 = :erlang.trace(main, true, [:call, :procs, :set_on_spawn, {:tracer, tracer}])
    tracer
  rescue
    _ -> nil
  end

  # What was seen, in order: {source, cwd, call} for the code of a source, {:compiler, cwd, call} for that of a compiler
  # that is not Mix's, and {:compiled, source}. nil where nothing can be said.
  def stop(nil), do: nil

  def stop(tracer) do
    :erlang.trace(self(), false, [:all])
    patterns(false)
    monitor = Process.monitor(tracer)
    delivered = :erlang.trace_delivered(:all)

    receive do
      {:trace_delivered, :all, ^delivered} -> send(tracer, {:stop, self()})
    end

    receive do
      {:seen, events} ->
        Process.demonitor(monitor, [:flush])
        events

      {:DOWN, ^monitor, _, _, _} ->
        nil
    end
  rescue
    _ -> nil
  end

  # Some builds of Elixir have functions of `file` inlined, which ask its server.
  @server [
    {[:file_server_2, :_], [], [{:message, true}]},
    {[:file_server_2, :_, :_], [], [{:message, true}]}
  ]

  # The modules of each mix.exs, and of what it has evaluated: they are in memory alone.
  defp mixfiles do
    for {module, file} <- :code.all_loaded(), file in [[], :non_existing], source = source(module), inside?(source), into: MapSet.new(), do: module
  end

  defp source(module), do: module.module_info(:compile)[:source]

  defp inside?(source), do: String.starts_with?(to_string(source), MixReleaseBuilder.Checkout.root() <> "/")

  defp patterns(on?) do
    pattern(:gen_server, :call, on? && @server)
    for {module, names} <- @reads, name <- names, do: pattern(module, name, on? && [])
    for {name, arity} <- @projects, do: :erlang.trace_pattern({Mix.Project, name, arity}, on?, [])
    for {module, names} <- @asks, name <- names, do: pattern(module, name, on? && [{:_, [], [{:message, {:caller}}]}])
    pattern(Mix.Task, :run, on? && [{:_, [], [{:exception_trace}]}])
  end

  defp pattern(module, name, spec) do
    {:module, _} = :code.ensure_loaded(module)
    :erlang.trace_pattern({module, name, :_}, if(spec == [], do: true, else: spec), [])
  end

  defp loop(state) do
    receive do
      {:stop, from} -> send(from, {:seen, Enum.reverse(state.events)})
      message -> message |> seen(state) |> loop()
    end
  end

  defp seen({:trace, parent, :spawn, child, {:erlang, :apply, [fun, _]}}, state) when is_function(fun) do
    state = %{state | parents: Map.put(state.parents, child, parent)}

    case :erlang.fun_info(fun, :module) do
      {:module, Kernel.ParallelCompiler} -> %{state | workers: Map.put(state.workers, child, nil)}
      # It reads compiled code, for Elixir alone.
      {:module, Module.ParallelChecker} -> %{state | workers: Map.put(state.workers, child, :elixir)}
      _ -> state
    end
  end

  defp seen({:trace, parent, :spawn, child, _}, state), do: %{state | parents: Map.put(state.parents, child, parent)}

  defp seen({:trace, main, :call, {Mix.Task, :run, [task | _]}}, %{main: main} = state) do
    %{state | tasks: [to_string(task) | state.tasks]}
  end

  defp seen({:trace, main, kind, {Mix.Task, :run, _}, _}, %{main: main} = state) when kind in [:return_from, :exception_from] do
    %{state | tasks: Enum.drop(state.tasks, 1)}
  end

  defp seen({:trace, main, :call, {:file, :set_cwd, [path]}}, %{main: main} = state) do
    %{state | cwd: Path.expand(to_string(path), state.cwd)}
  end

  defp seen({:trace, pid, :call, {:gen_server, :call, [_, request | _]}}, state) when is_tuple(request) do
    [name | arguments] = Tuple.to_list(request)
    if name in @files, do: call(pid, {:file, name, arguments}, state), else: state
  end

  defp seen({:trace, pid, :call, {module, name, arguments} = call}, state) do
    project? = module == Mix.Project or MapSet.member?(state.mixfiles, module)
    call(pid, if(project?, do: {:project, name, length(arguments)}, else: call), state)
  end

  defp seen({:trace, pid, :call, {_, _, [module | _]}, {caller, _, _}}, state), do: call(pid, {:asked, module, caller}, state)
  defp seen({:trace, pid, :call, {_, _, [module | _]}, _}, state), do: call(pid, {:asked, module, nil}, state)
  defp seen(_, state), do: state

  # The first file that such a process reads is its source. Those that write compiled code read none.
  defp call(pid, call, state) do
    case {worker(pid, state), call} do
      {{^pid, nil}, {:file, name, [path | _]}} when name in [:read_file, :open] ->
        source = path |> to_string() |> Path.expand(state.cwd)
        state = %{state | workers: Map.put(state.workers, pid, source)}
        event({:compiled, source}, state)

      {{_, source}, _} when source in [nil, :elixir] ->
        state

      {{_, source}, _} ->
        event({source, state.cwd, call}, state)

      {nil, _} ->
        if Enum.any?(state.tasks, &custom?/1), do: event({:compiler, state.cwd, call}, state), else: state
    end
  end

  defp event(event, state), do: %{state | events: [event | state.events]}

  defp custom?("compile." <> _ = task), do: task not in @compilers
  defp custom?(_), do: false

  # The process that compiles a file, for itself and all that it started.
  defp worker(pid, %{workers: workers, parents: parents} = state) do
    case {workers, parents} do
      {%{^pid => source}, _} -> {pid, source}
      {_, %{^pid => parent}} -> worker(parent, state)
      _ -> nil
    end
  end
end
