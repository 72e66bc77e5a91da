import type { Theme } from '../model.js';
import { contains, equal, lacks, truth } from '../rig/seen.js';
import { refused } from './support.js';

/** Runs one expression by the emulator in a release, without any script of Mix's. */
const BOOT_BY_HAND = [
  'dir=$(pwd) && vsn=$(cut -d" " -f2 releases/start_erl.data) && erts=$(cut -d" " -f1 releases/start_erl.data)',
  'RELEASE_LIB="$dir/lib" "$dir/erts-$erts/bin/erl" -noshell -boot "$dir/releases/$vsn/start"' +
    ' -boot_var RELEASE_LIB "$dir/lib" -config "$dir/releases/$vsn/sys"' +
    ` -eval "'Elixir.IO':puts('Elixir.Options':hello()), init:stop()."`,
].join(' && ');

/** ERTS and the scripts for operating systems. */
export const EXECUTABLES: Theme = {
  title: 'Runtime and scripts',
  entries: [
    {
      id: 'erts-true',
      feature: 'include_erts by default',
      says: 'A release brings the Erlang runtime along; its root is the root of the code.',
      fixture: 'options',
      needs: ['base'],
      core: true,
      check: async ({ release, host, platform }) => {
        const base = await release('base');
        const there = await host();
        const { status } = await there.run(['sh', '-c', 'command -v erl || command -v elixir']);
        truth(status !== 0, `${platform.host} has an Erlang of its own`);
        equal(await base.eval('IO.puts(:code.root_dir())'), base.root, 'root of the code');
        const otp = await base.eval('IO.puts(:erlang.system_info(:otp_release))');
        equal(otp, platform.otp, 'OTP');
      },
    },
    {
      id: 'erts-false',
      feature: 'include_erts: false',
      says: 'Without ERTS, a release runs where the same Erlang is installed, and only there.',
      fixture: 'options',
      needs: ['no_erts'],
      core: true,
      check: async ({ release, erlangHost }) => {
        const bare = await release('no_erts');
        equal(await bare.sh('ls -d erts-* lib/kernel-* 2>/dev/null || echo none'), 'none', 'ERTS and kernel');
        const clean = await bare.run(['eval', 'IO.puts(Options.hello())']);
        truth(clean.status !== 0, `eval ran without an Erlang: ${clean.output}`);
        const there = await erlangHost();
        await there.unpack(bare.built.tarball, '/srv/no_erts');
        const { status, output } = await there.run(['/srv/no_erts/bin/no_erts', 'eval', 'IO.puts(Options.hello())']);
        equal({ status, output }, { status: 0, output: 'hello from options\n' }, 'eval with an Erlang');
      },
    },
    {
      id: 'erts-false-elsewhere',
      feature: 'include_erts: false and an image without that Erlang',
      says: 'The smoke test runs such a release where it was built, and refuses an image that lacks its Erlang, with the reason.',
      fixture: 'options',
      core: true,
      check: async ({ build, platform }) => {
        const spec = { releases: ['no_erts'] };
        const args = ['--smoke-test', 'boot'];
        const elsewhere = await build({ ...spec, args: [...args, '--runtime-image', platform.host] });
        refused(elsewhere, 'image-mismatch', /needs ERTS [0-9.]+ \(include_erts: false\)/);
        const { releases } = await build({ ...spec, args });
        equal(
          releases.map(({ name }) => name),
          ['no_erts'],
          'releases that were tried where they were built',
        );
      },
    },
    {
      id: 'erts-path',
      feature: 'include_erts with a path',
      says: 'The ERTS at a path can be taken instead of the one that runs Mix.',
      fixture: 'options',
      needs: ['erts_path'],
      check: async ({ release }) => {
        const own = await release('erts_path');
        equal(await own.sh('ls erts-*/bin/own-erts | wc -l | tr -d " "'), '1', 'files named own-erts');
        equal(await own.eval('IO.puts(Options.hello())'), 'hello from options', 'eval');
      },
    },
    {
      id: 'erts-function',
      feature: 'include_erts with a function',
      says: 'A function without arguments can say which ERTS is taken.',
      fixture: 'options',
      needs: ['erts_function'],
      check: async ({ release }) => {
        const own = await release('erts_function');
        equal(await own.sh('ls erts-*/bin/own-erts | wc -l | tr -d " "'), '1', 'files named own-erts');
        equal(await own.eval('IO.puts(Options.hello())'), 'hello from options', 'eval');
      },
    },
    {
      id: 'erts-nowhere',
      feature: 'include_erts with a path that does not exist',
      says: 'A path without an ERTS is an error.',
      fixture: 'options',
      check: async ({ build }) => {
        const patches = [{ file: 'mix.exs', from: 'base: []', to: 'base: [include_erts: "/nowhere/erts-1.2.3"]' }];
        const outcome = await build({ patches, releases: ['base'] });
        refused(outcome, 'release-failed', /Could not find ERTS system at "\/nowhere\/erts-1\.2\.3"/);
      },
    },
    {
      id: 'executables-default',
      feature: 'include_executables_for by default',
      says: 'There are scripts for Unix and for Windows.',
      fixture: 'options',
      needs: ['base'],
      check: async ({ release }) => {
        const base = await release('base');
        const files = 'ls bin/base bin/base.bat releases/1.0.0/env.sh releases/1.0.0/env.bat | wc -l | tr -d " "';
        equal(await base.sh(files), '4', 'scripts for both');
      },
    },
    {
      id: 'executables-unix',
      feature: 'include_executables_for: [:unix]',
      says: 'Scripts can be for Unix alone.',
      fixture: 'options',
      needs: ['for_unix'],
      core: true,
      check: async ({ release }) => {
        const unix = await release('for_unix');
        equal(await unix.eval('IO.puts(Options.hello())'), 'hello from options', 'eval');
        equal(await unix.sh('find . -name "*.bat" | wc -l | tr -d " "'), '0', 'scripts for Windows');
      },
    },
    {
      id: 'executables-windows',
      feature: 'include_executables_for: [:windows]',
      says: 'Scripts can be for Windows alone.',
      fixture: 'options',
      needs: ['for_windows'],
      check: async ({ release }) => {
        const windows = await release('for_windows');
        equal((await windows.sh('ls bin')).split('\n').includes('for_windows'), false, 'a script for Unix');
        equal(await windows.sh('ls bin/*.bat'), 'bin/for_windows.bat', 'scripts for Windows');
        equal(await windows.sh('ls releases/1.0.0 | grep ^env'), 'env.bat', 'files of the environment');
      },
    },
    {
      id: 'executables-none',
      feature: 'include_executables_for: []',
      says: 'A release without scripts still boots by its runtime and boot file.',
      fixture: 'options',
      needs: ['for_none'],
      check: async ({ release }) => {
        const none = await release('for_none');
        equal(
          await none.sh('ls bin releases/1.0.0 | grep -E "^(for_none|for_none.bat|env.*|elixir|iex)$" || true'),
          '',
          'scripts',
        );
        equal(await none.sh(BOOT_BY_HAND), 'hello from options', 'output of erl');
      },
    },
    {
      id: 'windows-service',
      feature: 'install, for Windows',
      says: 'The script for Windows installs the release as a service; the one for Unix has no such command.',
      fixture: 'options',
      needs: ['base'],
      check: async ({ release }) => {
        const base = await release('base');
        const script = await base.sh('cat bin/base.bat');
        contains(script, /"%~1" == "install"/, 'bin/base.bat');
        contains(script, /add "!RELEASE_NAME!_!RELEASE_NAME!"/, 'bin/base.bat');
        const { status, output } = await base.run(['install']);
        equal(status, 1, 'exit status of bin/base install');
        contains(output, 'ERROR: Unknown command install', 'output');
        lacks(output, /install +Installs/, 'output');
      },
    },
  ],
};
