export function crossEnvironment(_target: unknown, _made: unknown): Readonly<Record<string, string>> {
  return {};
}
