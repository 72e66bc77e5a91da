/** Where a builder image has our Mix tasks compiled; `elixir -pa` makes them known. */
export const TASKS = '/opt/mix-release/ebin';
