defmodule Nif.Application do
  @moduledoc false

  use Application

  @impl true
  def start(_type, _args) do
    children = [
      {Agent, fn -> Nif.arch() end}
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Nif.Supervisor)
  end
end
