import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../access/redact.js';
import type { Command } from '../../engine/container.js';
import { NO_RELEASE_ARGS } from '../../mix/release-args.js';
import type { MixContext } from '../../mix/mix.js';
import type { DepsAccess } from '../../options/sections/deps-access.js';
import { startInAttempts, startWithDeps } from './deps.js';
import { findTarget } from '../../targets/find.js';
import { mixContainer, stubContainer, type Said, type StubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { PROBE, PROBE_FACTS } from '../../../test/unit/support/probe.js';
import { requestWith } from '../../../test/unit/support/request.js';

const PROBED: readonly Said[] = Object.entries(PROBE_FACTS).map(([fact, value]) => ({ fact, value }));
const TOKEN = 'planted-token';
const ACCESS: DepsAccess = {
  env: { NPM_TOKEN: TOKEN },
  hexTasks: [['hex.organization', 'auth', 'acme', '--key', TOKEN]],
  gitCredentials: [`https://me:${TOKEN}@example.com`],
  sshAgent: undefined,
  knownHosts: [],
  secrets: [TOKEN],
};

/** Whether a command is Mix; the others open and close access. */
const isMix = ({ title }: Command): boolean => title === 'mix';

/** A container whose commands answer in turn: Mix with what it says, everything else with 0. */
function containerWith(said: readonly Said[], status = 0): StubContainer {
  const mix = mixContainer(said, status);
  const other = stubContainer({});
  const commands: Command[] = [];
  return {
    ...mix,
    commands,
    run: (command, onLine) => {
      commands.push(command);
      return (isMix(command) ? mix : other).run(command, onLine);
    },
  };
}

function settingOf(container: StubContainer) {
  const lines: string[] = [];
  const mix: MixContext = {
    ...{ container, cwd: '/build/src', env: { MIX_ENV: 'prod' }, mixEnv: 'prod', image: 'elixir:1.18' },
    onLine: (line) => lines.push(line),
    ...{ redact: redactor([TOKEN]), target: findTarget('x86_64-unknown-linux-gnu') },
    ...{ releaseArgs: NO_RELEASE_ARGS, checkLocked: true, inventory: false },
    inputs: { whole: 'w', environment: 'v', epoch: 'e' },
  };
  return { mix, lines };
}

/** What a command begins with: a task of Mix, or the script that opens or closes access. */
function kindOf(command: Command): string {
  if (isMix(command)) return command.argv.includes('mix_release_builder.hex_auth') ? 'fetch' : 'build';
  return command.argv[2]?.startsWith('rm') ? 'close' : 'open';
}

describe('startWithDeps, without access', () => {
  it('runs Mix once, and waits until the dependencies are there', async () => {
    const container = containerWith([...PROBED, 'fetched', { stage: 'compile' }, 'compiled']);
    const { mix, lines } = settingOf(container);
    const started = await startWithDeps(mix, requestWith());
    expect(started.probe).toEqual(PROBE);
    expect(started.lock).toEqual([]);
    expect(lines).toEqual(['fetched']);
    expect(container.commands.map(kindOf)).toEqual(['build']);
    expect(container.commands[0]?.argv).toContain('deps.get');
    await started.mix.finished();
    expect(lines).toEqual(['fetched', 'compiled']);
  });

  it('has a note on a lock that is not there', async () => {
    const container = containerWith([...PROBED, { fact: 'unlocked', value: '' }, { stage: 'compile' }]);
    const { lock } = await startWithDeps(settingOf(container).mix, requestWith());
    expect(lock).toEqual([expect.stringContaining('no mix.lock')]);
  });
});

describe('startWithDeps, with access', () => {
  it('fetches in a run of its own, and closes access before anything is compiled', async () => {
    const container = containerWith([...PROBED, 'ran']);
    const { mix } = settingOf(container);
    const started = await startWithDeps(mix, requestWith({ access: ACCESS, releases: ['web'] }));
    expect(started.probe).toEqual(PROBE);
    expect(container.commands.map(kindOf)).toEqual(['open', 'fetch', 'close', 'build']);
    const [fetch, build] = container.commands.filter(isMix);
    expect(fetch?.argv).toContain('deps.get');
    expect(fetch?.argv.join(' ')).not.toContain('compile');
    expect(build?.argv).toContain('mix_release_builder.compile');
    expect(build?.argv).not.toContain('deps.get');
    await started.mix.finished();
  });

  it('gives the way to private places to the run that fetches alone', async () => {
    const container = containerWith([...PROBED]);
    await startWithDeps(settingOf(container).mix, requestWith({ access: ACCESS }));
    const [fetch, build] = container.commands.filter(isMix);
    expect(fetch?.env).toMatchObject({
      ...{ MIX_ENV: 'prod', NPM_TOKEN: TOKEN, HEX_HOME: expect.stringMatching(/^\/dev\/shm\//) },
      MIX_RELEASE_HEX_AUTH: expect.stringContaining(Buffer.from(TOKEN).toString('base64')),
    });
    expect(build?.env).toEqual({ MIX_ENV: 'prod' });
    const [open, close] = container.commands.filter((command) => !isMix(command));
    // Both are about the directory in which the run that fetches finds them.
    expect(open?.argv[4]).toBe(fetch?.env?.XDG_CONFIG_HOME);
    expect(close?.argv.slice(2)).toEqual(['rm -rf -- "$1"', 'access', open?.argv[4], '/build/state/hex']);
    expect(JSON.stringify(container.commands.map(({ argv }) => argv))).not.toContain(TOKEN);
  });

  it('shows no secret of what is printed while it is open', async () => {
    const container = containerWith([...PROBED, `fetching https://me:${TOKEN}@example.com`]);
    const { mix, lines } = settingOf(container);
    await startWithDeps(mix, requestWith({ access: ACCESS }));
    expect(lines).toEqual(['fetching https://me:***@example.com']);
  });

  it('closes it also where fetching fails, and compiles nothing', async () => {
    const container = containerWith([...PROBED, `no access with ${TOKEN}`], 1);
    const error = await errorOf(() => startWithDeps(settingOf(container).mix, requestWith({ access: ACCESS })));
    expect(error).toMatchObject({ code: 'deps-failed', exitStatus: 5, output: ['no access with ***'] });
    expect(container.commands.map(kindOf)).toEqual(['open', 'fetch', 'close']);
  });

  it('shows no secret of what the scripts that open and close it print', async () => {
    const mix = mixContainer(PROBED, 0);
    const noisy = stubContainer({ lines: [`cannot write ${TOKEN}`] });
    const container = {
      ...mix,
      run: (...[command, onLine]: Parameters<StubContainer['run']>) =>
        (isMix(command) ? mix : noisy).run(command, onLine),
    };
    const { mix: setting, lines } = settingOf(container);
    await startWithDeps(setting, requestWith({ access: ACCESS }));
    expect(lines).toEqual(['cannot write ***', 'cannot write ***']);
  });
});

describe('startInAttempts', () => {
  const TIMEOUT = 'Request failed (:timeout)';

  /** A container in which Mix fails as often as listed, with these lines, before it succeeds. */
  function flaky(...failures: readonly (readonly string[])[]): StubContainer {
    const good = containerWith([...PROBED, { stage: 'compile' }]);
    const bad = failures.map((lines) => containerWith([...PROBED, ...lines], 1));
    const commands: Command[] = [];
    return {
      ...good,
      commands,
      run: (command, onLine) => {
        commands.push(command);
        return (isMix(command) ? (bad.shift() ?? good) : good).run(command, onLine);
      },
    };
  }

  function attempts(container: StubContainer, access?: DepsAccess) {
    const [waited, notes]: [number[], string[]] = [[], []];
    const context = {
      signal: new AbortController().signal,
      note: (text: string) => void notes.push(text),
      sleep: (milliseconds: number) => Promise.resolve(void waited.push(milliseconds)),
    };
    const run = (repeatable = true) =>
      startInAttempts(settingOf(container).mix, requestWith({ access }), {
        ...context,
        repeatable: () => Promise.resolve(repeatable),
      });
    return { run, waited, notes };
  }

  it('starts Mix again where the network failed, and says so', async () => {
    const container = flaky([TIMEOUT], [TIMEOUT]);
    const { run, waited, notes } = attempts(container);
    expect((await run()).probe).toEqual(PROBE);
    expect(container.commands.map(kindOf)).toEqual(['build', 'build', 'build']);
    expect(waited).toEqual([2000, 6000]);
    expect(notes[1]).toBe(`mix deps.get: the network failed (${TIMEOUT}): attempt 3 of 3 in 6 s`);
  });

  it('opens the way to private places again for each attempt', async () => {
    const container = flaky([TIMEOUT]);
    await attempts(container, ACCESS).run();
    expect(container.commands.map(kindOf)).toEqual(['open', 'fetch', 'close', 'open', 'fetch', 'close', 'build']);
  });

  it('does not start it again once the lock has changed', async () => {
    const container = flaky([TIMEOUT]);
    expect(await errorOf(() => attempts(container).run(false))).toMatchObject({ code: 'deps-failed' });
    expect(container.commands).toHaveLength(1);
  });

  it.each(['** (RuntimeError) Checksum mismatch against registry (outer)', 'Request failed (404)'])(
    'does not start it again after %s',
    async (line) => {
      const { run, waited } = attempts(flaky([line]));
      expect(await errorOf(run)).toMatchObject({ code: 'deps-failed' });
      expect(waited).toEqual([]);
    },
  );
});
