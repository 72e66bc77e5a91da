/** Environment variables by name: of this process, or as a test gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;
