import type { Theme } from '../model.js';
import { isAtLeast } from '../platforms.js';
import { contains, equal, lacks, truth } from '../rig/seen.js';

const chunks = (module: string): string =>
  `chunks = Options.chunks(${module}); IO.inspect({"Docs" in chunks, "Dbgi" in chunks})`;

/** What is in a release: code, cookie, scripts, templates, overlays. */
export const CONTENTS: Theme = {
  title: 'What is in a release',
  entries: [
    {
      id: 'strip-default',
      feature: 'strip_beams by default',
      says: 'Beam files lose debug information and documentation.',
      fixture: 'options',
      needs: ['base'],
      core: true,
      check: async ({ release }) => {
        const base = await release('base');
        equal(await base.eval(chunks('Options')), '{false, false}', 'Docs and Dbgi of Options');
        equal(await base.eval(chunks('Enum')), '{false, false}', 'Docs and Dbgi of Enum');
      },
    },
    {
      id: 'strip-false',
      feature: 'strip_beams: false',
      says: 'Stripping can be switched off.',
      fixture: 'options',
      needs: ['unstripped'],
      core: true,
      check: async ({ release }) => {
        const unstripped = await release('unstripped');
        equal(await unstripped.eval(chunks('Options')), '{true, true}', 'Docs and Dbgi of Options');
      },
    },
    {
      id: 'strip-keep',
      feature: 'strip_beams with keep',
      says: 'Chunks that are named stay.',
      fixture: 'options',
      needs: ['keeps_docs'],
      since: '1.11',
      check: async ({ release }) => {
        const keeping = await release('keeps_docs');
        equal(await keeping.eval(chunks('Options')), '{true, false}', 'Docs and Dbgi of Options');
        const docs = 'IO.puts(Code.fetch_docs(Options) |> elem(4) |> Map.get("en"))';
        equal(await keeping.eval(docs), 'A module with documentation.', 'documentation of Options');
      },
    },
    {
      id: 'strip-compress',
      feature: 'strip_beams with compress',
      says: 'Beam files are compressed when that is asked for.',
      fixture: 'options',
      needs: ['compressed'],
      since: '1.14',
      check: async ({ release }) => {
        const compressed = await release('compressed');
        equal(await compressed.eval('IO.inspect(Options.compressed?(Options))'), 'true', 'compression');
        equal(await compressed.eval('IO.puts(Options.hello())'), 'hello from options', 'eval');
      },
    },
    {
      id: 'strip-compress-default',
      feature: 'compression by default',
      says: 'Beam files are not compressed unless that is asked for.',
      fixture: 'options',
      needs: ['base'],
      differs: 'Before 1.14 stripped files are always compressed.',
      check: async ({ release, platform }) => {
        const always = !isAtLeast(platform.elixir, '1.14');
        equal(
          await (await release('base')).eval('IO.inspect(Options.compressed?(Options))'),
          String(always),
          'compression',
        );
      },
    },
    {
      id: 'cookie-own',
      feature: 'cookie',
      says: 'The cookie can be given; nodes have it unless RELEASE_COOKIE says otherwise.',
      fixture: 'options',
      needs: ['own_cookie'],
      core: true,
      check: async ({ release }) => {
        const own = await release('own_cookie');
        equal(await own.sh('cat releases/COOKIE'), 'a-cookie-of-our-own', 'releases/COOKIE');
        await using node = await own.start();
        equal(await node.rpc('IO.puts(Node.get_cookie())'), 'a-cookie-of-our-own', 'cookie of the node');
      },
    },
    {
      id: 'cookie-generated',
      feature: 'a cookie that is made up',
      says: 'Without a cookie, each release gets a long random one.',
      fixture: 'options',
      needs: ['base', 'quiet'],
      core: true,
      check: async ({ release }) => {
        const [base, quiet] = [await release('base'), await release('quiet')];
        const cookies = [await base.sh('cat releases/COOKIE'), await quiet.sh('cat releases/COOKIE')];
        cookies.forEach((cookie) => contains(cookie, /^[A-Z2-7]{40,}=*$/, 'releases/COOKIE'));
        truth(cookies[0] !== cookies[1], 'two releases have the same cookie');
        await using node = await base.start();
        equal(await node.rpc('IO.puts(Node.get_cookie())'), cookies[0] ?? '', 'cookie of the node');
      },
    },
    {
      id: 'cookie-removed',
      feature: 'a step that removes the cookie',
      says: 'Without the file, the cookie has to come from RELEASE_COOKIE.',
      fixture: 'options',
      needs: ['no_cookie'],
      differs: 'Before 1.13 the scripts go on with an empty cookie.',
      check: async ({ release, platform }) => {
        const bare = await release('no_cookie');
        if (isAtLeast(platform.elixir, '1.13')) {
          const { status } = await bare.run(['eval', 'IO.puts(:ran)']);
          truth(status !== 0, 'eval ran without a cookie');
        }
        await using node = await bare.start({ RELEASE_COOKIE: 'given-at-boot' });
        equal(await node.rpc('IO.puts(Node.get_cookie())'), 'given-at-boot', 'cookie of the node');
      },
    },
    {
      id: 'quiet',
      feature: 'quiet',
      says: 'The steps are written to standard output unless quiet is set.',
      fixture: 'options',
      needs: ['base', 'quiet'],
      check: async ({ release }) => {
        const { log } = await release('quiet');
        contains(log, '* assembling base-1.0.0 on MIX_ENV=prod', 'log');
        lacks(log, 'assembling quiet-', 'log');
      },
    },
    {
      id: 'path',
      feature: 'path',
      says: 'A release can be assembled somewhere else.',
      fixture: 'options',
      needs: ['elsewhere'],
      core: true,
      check: async ({ release }) => {
        const elsewhere = await release('elsewhere');
        contains(elsewhere.log, /Release created at out\/elsewhere/, 'log');
        equal(await elsewhere.eval('IO.puts(:code.root_dir())'), elsewhere.root, 'root of the code');
      },
    },
    {
      id: 'structure',
      feature: 'the directories of a release',
      says: 'bin, erts, lib and releases hold what the documentation lists.',
      fixture: 'options',
      needs: ['base'],
      check: async ({ release, platform }) => {
        const base = await release('base');
        equal(
          await base.sh('ls -d bin erts-* lib releases | cut -d- -f1 | tr "\\n" " "'),
          'bin erts lib releases ',
          'root',
        );
        const version = ['consolidated', 'elixir', 'env.bat', 'env.sh', 'iex', 'base.rel', 'vm.args', 'sys.config'];
        const boot = ['start.boot', 'start.script', 'start_clean.boot', 'start_clean.script'];
        const remote = isAtLeast(platform.elixir, '1.12') ? ['remote.vm.args'] : [];
        const listed = (await base.sh('ls releases/1.0.0')).split('\n');
        const missing = [...version, ...boot, ...remote].filter((name) => !listed.includes(name));
        equal(missing, [], 'missing in releases/1.0.0');
        const erts = await base.eval('IO.puts(:erlang.system_info(:version))');
        equal(await base.sh('cat releases/start_erl.data'), `${erts} 1.0.0`, 'releases/start_erl.data');
      },
    },
  ],
};
