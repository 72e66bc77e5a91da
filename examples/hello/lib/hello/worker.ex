defmodule Hello.Worker do
  @moduledoc false

  use GenServer

  require Logger

  def start_link(opts) do
    GenServer.start_link(__MODULE__, opts, name: __MODULE__)
  end

  def greet do
    GenServer.call(__MODULE__, :greet)
  end

  @impl true
  def init(_opts) do
    Process.flag(:trap_exit, true)
    Logger.info("started: " <> Hello.greet())
    {:ok, 0}
  end

  @impl true
  def handle_call(:greet, _from, count) do
    {:reply, {count + 1, Hello.greet()}, count + 1}
  end

  @impl true
  def terminate(_reason, _count) do
    Logger.info("stopped: " <> Hello.farewell())
  end
end
