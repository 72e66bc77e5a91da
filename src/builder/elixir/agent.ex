# The end of the way to an SSH agent that is in the container.

defmodule MixReleaseBuilder.Agent do
  @moduledoc false
  # Stands in for an SSH agent at a socket: what comes to the socket goes out as frames on standard output, and frames
  # from standard input go back. A frame is its length (4 bytes), the number of the connection (4 bytes) and data; one
  # without data says that its side has closed the connection. Number 0 says that the socket is there.

  def run do
    path = System.get_env("MIX_RELEASE_AGENT_SOCKET")
    port = Port.open({:fd, 0, 1}, [:binary, :eof, packet: 4])
    {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: {:local, path}])
    owner = self()
    spawn_link(fn -> accept(listener, owner) end)
    Port.command(port, <<0::32>>)
    loop(port, %{}, 1)
  end

  defp accept(listener, owner) do
    {:ok, socket} = :gen_tcp.accept(listener)
    :ok = :gen_tcp.controlling_process(socket, owner)
    send(owner, {:accepted, socket})
    accept(listener, owner)
  end

  # Both ways in one map: a socket by its number, and a number by its socket.
  defp loop(port, known, next) do
    receive do
      {:accepted, socket} ->
        :inet.setopts(socket, active: true)
        loop(port, Map.merge(known, %{next => socket, socket => next}), next + 1)

      {:tcp, socket, data} ->
        Port.command(port, [<<Map.fetch!(known, socket)::32>>, data])
        loop(port, known, next)

      {:tcp_closed, socket} ->
        Port.command(port, <<Map.fetch!(known, socket)::32>>)
        loop(port, Map.drop(known, [socket, known[socket]]), next)

      {^port, {:data, <<number::32, data::binary>>}} ->
        loop(port, from_agent(known, number, known[number], data), next)

      {^port, :eof} ->
        System.halt(0)
    end
  end

  defp from_agent(known, _number, nil, _data), do: known

  defp from_agent(known, number, socket, "") do
    :gen_tcp.close(socket)
    Map.drop(known, [number, socket])
  end

  defp from_agent(known, _number, socket, data) do
    :gen_tcp.send(socket, data)
    known
  end
end
