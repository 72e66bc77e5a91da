/** The directory of our compiled Mix tasks in a builder image, for `elixir -pa`. */
export const TASKS = '/opt/mix-release/ebin';
