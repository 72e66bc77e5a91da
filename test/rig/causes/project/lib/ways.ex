defmodule Ways do
  @moduledoc "A release that fails in the way that the variable WAY names, as releases of real projects do."

  @baked Path.expand("../priv/words.txt", __DIR__)
  @baked_build Path.join(to_string(:code.priv_dir(:ways)), "words.txt")

  def fail("mix-env"), do: call(Mix, :env, [])
  def fail("mix-config"), do: call(Mix.Project, :config, [])
  def fail("baked-source"), do: File.read!(@baked)
  def fail("baked-build"), do: File.stream!(@baked_build) |> Enum.count()
  def fail("otp-module"), do: call(:xmerl_scan, :string, [~c"<a/>"])
  def fail("ssh-module"), do: call(:ssh, :start, [])
  def fail("foreign-module"), do: call(Phoenix.Nowhere, :hello, [])
  def fail("no-function"), do: call(String, :no_such_function, ["x"])
  def fail("no-protocol"), do: Enum.count(&(&1 + 1))
  def fail("priv-file"), do: File.read!(Application.app_dir(:ways, "priv/absent.txt"))
  def fail("relative-file"), do: File.read!("priv/words.txt")
  def fail("any-file"), do: File.read!("/etc/ways/absent.conf")
  def fail("no-application"), do: {:ok, _} = Application.ensure_all_started(:absent_app)
  def fail("app-dir"), do: Application.app_dir(:absent_app, "priv")
  def fail("priv-dir"), do: Path.join(:code.priv_dir(:absent_app), "x")
  def fail("cacerts"), do: :public_key.cacerts_get()
  def fail("program"), do: System.cmd("convert", ["--version"])
  def fail("port-executable"), do: Port.open({:spawn_executable, path("plain.sh")}, [])
  def fail("cmd-not-executable"), do: System.cmd(path("plain.sh"), [])
  def fail("cmd-crlf"), do: System.cmd(path("crlf.sh"), [], stderr_to_stdout: true, into: IO.stream(:stdio, :line)) |> exit_status()
  def fail("shell-not-found"), do: System.cmd("sh", ["-c", "wkhtmltopdf x"], into: IO.stream(:stdio, :line)) |> exit_status()
  def fail("refused"), do: {:ok, _} = :gen_tcp.connect({127, 0, 0, 1}, 5432, [])
  def fail("nxdomain"), do: {:ok, _} = :gen_tcp.connect(~c"db.example.com", 5432, [])
  def fail("unreachable"), do: {:ok, _} = :gen_tcp.connect({10, 1, 2, 3}, 6379, [], 2000)
  def fail("listen-inet6"), do: {:ok, _} = :gen_tcp.listen(4000, [:inet6, ip: {0, 0, 0, 0, 0, 0, 0, 0}])
  def fail("fetch-env"), do: Application.fetch_env!(:ways, :url)
  def fail("system-env"), do: System.fetch_env!("DATABASE_URL")
  def fail("memory"), do: Enum.reduce(1..40, "x", fn _, text -> text <> text end) |> byte_size()
  def fail("disk"), do: File.write!("/full/file", :binary.copy("x", 4_000_000))
  def fail("nif-missing"), do: load(path("absent"))
  def fail("nif-text"), do: load(path("text"))
  def fail("nif-pointer"), do: load(path("pointer"))
  def fail("nif-other"), do: load(path("other"))
  def fail("no-database"), do: raise "could not lookup Ways.Repo because it was not started or it does not exist"
  def fail("raise"), do: raise "something of the project's own"
  def fail(""), do: :ok

  # Not known to the compiler, so that it does not warn.
  defp call(module, function, args), do: apply(module, function, args)
  defp path(name), do: Application.app_dir(:ways, "priv/" <> name)
  defp load(path), do: :ok = :erlang.load_nif(to_charlist(path), 0)
  defp exit_status({_, status}), do: exit({:status, status})
end

defmodule Ways.Server do
  @moduledoc false
  use GenServer
  def start_link(way), do: GenServer.start_link(__MODULE__, way)
  def init(way), do: {:ok, way, 0}
  def handle_info(:timeout, way) do
    Ways.fail(way)
    {:noreply, way}
  end
end

defmodule Ways.Native do
  @moduledoc false
  @on_load :init
  def init do
    case System.get_env("NIF") do
      nil -> :ok
      name -> :erlang.load_nif(to_charlist(Application.app_dir(:ways, "priv/" <> name)), 0)
    end
  end
  def answer, do: 42
end

defmodule Ways.Application do
  @moduledoc false
  use Application

  def start(_type, _args) do
    require Logger
    way = System.get_env("WAY", "")
    children = case System.get_env("WHERE", "start") do
      "start" -> Ways.fail(way); []
      "server" -> [{Ways.Server, way}]
      "native" -> Ways.Native.answer(); []
      "log" -> Logger.error(way); []
    end
    result = Supervisor.start_link(children, strategy: :one_for_one)
    # A release that runs on ends here, too.
    spawn(fn -> Process.sleep(1500); System.stop() end)
    result
  end
end
