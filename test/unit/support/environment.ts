import { afterEach, beforeEach, jest } from '@jest/globals';

/** Restores the environment variables and the exit status after each test. */
export function keepEnvironment(): void {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
    process.exitCode = undefined;
  });
}

/** What a program prints. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Keeps what each test prints from the terminal; the object has it. */
export function capturePrinted(): Printed {
  const printed = { stdout: '', stderr: '' };
  beforeEach(() => {
    Object.assign(printed, { stdout: '', stderr: '' });
    for (const name of ['stdout', 'stderr'] as const) {
      jest.spyOn(process[name], 'write').mockImplementation((text) => {
        printed[name] += String(text);
        return true;
      });
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return printed;
}
