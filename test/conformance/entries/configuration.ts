import type { Theme } from '../model.js';
import { isAtLeast } from '../platforms.js';
import { contains, equal, truth } from '../rig/seen.js';
import { refused } from './support.js';

const get = (key: string): string => `IO.inspect(Configured.get(:${key}))`;

/** Values that are fixed when a release is built, and values that are read when it boots. */
export const CONFIGURATION: Theme = {
  title: 'Configuration at build time and at boot',
  entries: [
    {
      id: 'config-build-time',
      feature: 'config/config.exs',
      says: 'It is evaluated when the release is built; the environment at boot does not change it.',
      fixture: 'configured',
      needs: ['by_path'],
      core: true,
      check: async ({ release }) => {
        equal(await (await release('by_path')).eval(get('built'), { BUILD_VALUE: 'thawed' }), '"frozen"', 'value');
      },
    },
    {
      id: 'config-mix-env',
      feature: 'configuration by MIX_ENV',
      says: 'config.exs can import a file by the environment that is built for.',
      fixture: 'configured',
      needs: ['by_path'],
      core: true,
      check: async ({ release, install }) => {
        equal(await (await release('by_path')).eval(get('environment')), '"prod"', 'environment by default');
        const staging = await install({ releases: ['by_path'], args: ['--mix-env', 'staging'] });
        equal(await staging.eval(get('environment')), '"staging"', 'environment staging');
      },
    },
    {
      id: 'config-runtime',
      feature: 'config/runtime.exs',
      says: 'It is evaluated at each boot, with the environment of that boot.',
      fixture: 'configured',
      needs: ['configured'],
      since: '1.11',
      core: true,
      check: async ({ release }) => {
        const configured = await release('configured');
        equal(await configured.eval(get('booted')), 'nil', 'value without the variable');
        equal(await configured.eval(get('booted'), { BOOT_VALUE: 'one' }), '"one"', 'value at one boot');
        await using node = await configured.start({ BOOT_VALUE: 'two' });
        equal(await node.rpc(get('booted')), '"two"', 'value at another boot');
      },
    },
    {
      id: 'config-env-and-target',
      feature: 'config_env and config_target in runtime.exs',
      says: 'They are those of the build, MIX_TARGET included.',
      fixture: 'configured',
      needs: ['configured'],
      since: '1.11',
      check: async ({ release, install }) => {
        const ask = 'IO.inspect({Configured.get(:env), Configured.get(:target)})';
        equal(await (await release('configured')).eval(ask), '{:prod, :host}', 'by default');
        const other = await install({
          releases: ['configured'],
          args: ['--mix-env', 'staging', '--env', 'MIX_TARGET=rpi'],
        });
        equal(await other.eval(ask), '{:staging, :rpi}', 'with others');
      },
    },
    {
      id: 'config-merge',
      feature: 'build-time and boot-time values together',
      says: 'Settings of runtime.exs are merged with those of config.exs.',
      fixture: 'configured',
      needs: ['configured'],
      since: '1.11',
      check: async ({ release }) => {
        const nested = await (await release('configured')).eval('IO.inspect(Enum.sort(Configured.get(:nested)))');
        equal(nested, '[kept: "at build time", replaced: "at boot"]', 'nested value');
      },
    },
    {
      id: 'config-runtime-fails',
      feature: 'runtime.exs that raises',
      says: 'A release does not boot when its configuration cannot be read.',
      fixture: 'configured',
      needs: ['configured'],
      since: '1.11',
      check: async ({ release }) => {
        const configured = await release('configured');
        const env = { DEMANDING: 'yes', RELEASE_NODE: 'demanding' };
        await using node = await configured.launch(env);
        truth((await node.ended()) !== 0, 'the node ended with 0');
        contains(await node.log(), /NOT_THERE/, 'output');
      },
    },
    {
      id: 'config-runtime-imports',
      feature: 'import_config in runtime.exs',
      says: 'The file must not import others.',
      fixture: 'configured',
      since: '1.11',
      check: async ({ install }) => {
        const patches = [{ file: 'config/runtime.exs', to: 'import Config\nimport_config "prod.exs"\n' }];
        const importing = await install({ patches, releases: ['configured'] });
        const { status, output } = await importing.run(['eval', 'IO.puts(:booted)']);
        truth(status !== 0, 'it boots');
        contains(output, /import_config|prod\.exs/, 'output');
      },
    },
    {
      id: 'config-runtime-path',
      feature: 'runtime_config_path',
      says: 'Another file can be taken instead of config/runtime.exs.',
      fixture: 'configured',
      needs: ['by_path'],
      core: true,
      check: async ({ release }) => {
        const byPath = await release('by_path');
        const ask = 'IO.inspect({Configured.get(:file), Configured.get(:booted)})';
        equal(await byPath.eval(ask, { BOOT_VALUE: 'now' }), '{"boot.exs", "now"}', 'file and value');
      },
    },
    {
      id: 'config-runtime-none',
      feature: 'runtime_config_path: false',
      says: 'The file can be left out.',
      fixture: 'configured',
      needs: ['without'],
      since: '1.14',
      check: async ({ release }) => {
        const without = await release('without');
        equal(await without.eval(get('file'), { BOOT_VALUE: 'now' }), 'nil', 'file');
        equal(await without.sh('ls releases/0.1.0/runtime.exs 2>/dev/null || echo none'), 'none', 'runtime.exs');
      },
    },
    {
      id: 'config-releases-exs',
      feature: 'config/releases.exs',
      says: 'The older file is evaluated at boot where there is no runtime.exs, and the system restarts after it.',
      fixture: 'plain',
      differs: 'From 1.14 on, Mix warns.',
      core: true,
      check: async ({ install }) => {
        const text =
          'import Config\nconfig :plain, :booted, System.get_env("BOOT_VALUE")\nconfig :kernel, :net_ticktime, 77\n';
        const plain = await install({ patches: [{ file: 'config/releases.exs', to: text }, CONFIG] });
        await using node = await plain.start({ BOOT_VALUE: 'now' });
        const ask = 'IO.inspect({Application.get_env(:plain, :booted), :net_kernel.get_net_ticktime()})';
        equal(await node.rpc(ask), '{"now", 77}', 'value and net_ticktime');
      },
    },
    {
      id: 'config-utf-8',
      feature: 'values in UTF-8',
      says: 'Values keep all their characters, in files and in the environment.',
      fixture: 'configured',
      needs: ['by_path', 'rebooted'],
      core: true,
      check: async ({ release }) => {
        const env = { BOOT_VALUE: 'naïve ☃ 日本' };
        const ask = 'IO.puts(Configured.get(:text) <> " / " <> Configured.get(:booted))';
        const wanted = 'Grüße, ☃ und 日本 / naïve ☃ 日本';
        equal(await (await release('by_path')).eval(ask, env), wanted, 'values');
        await using node = await (await release('rebooted')).start(env);
        equal(await node.rpc(ask), wanted, 'values after a reboot');
      },
    },
    {
      id: 'config-invalid-terms',
      feature: 'values that cannot be written',
      says: 'Functions and the like cannot be in the configuration of a release.',
      fixture: 'plain',
      check: async ({ build }) => {
        const text = 'import Config\nconfig :plain, :function, fn -> :ok end\n';
        refused(
          await build({ patches: [{ file: 'config/config.exs', to: text }] }),
          'release-failed',
          /[Cc]ould not .* configuration file/,
        );
      },
    },
    {
      id: 'compile-env-checked',
      feature: 'validate_compile_env by default',
      says: 'A system does not boot with another value than the one its code was compiled with.',
      fixture: 'configured',
      needs: ['by_path'],
      core: true,
      check: async ({ release, platform }) => {
        const env = { OTHER_THAN_COMPILED: 'another', RELEASE_NODE: 'checked' };
        await using node = await (await release('by_path')).launch(env);
        truth((await node.ended()) !== 0, 'the node ended with 0');
        // The explanation of Elixir 1.14 is lost when its machine goes down first.
        const why = isAtLeast(platform.elixir, '1.15')
          ? /:configured has a different value set for key :compiled/
          : /aborting boot/;
        contains(await node.log(), why, 'output');
      },
    },
    {
      id: 'compile-env-unchecked',
      feature: 'validate_compile_env: false',
      says: 'The check can be switched off.',
      fixture: 'configured',
      needs: ['lenient'],
      core: true,
      check: async ({ release }) => {
        await using node = await (await release('lenient')).start({ OTHER_THAN_COMPILED: 'another' });
        const ask = 'IO.inspect({Configured.compiled(), Configured.get(:compiled)})';
        equal(await node.rpc(ask), '{"as compiled", "another"}', 'compiled value and value');
      },
    },
  ],
};

/** The file whose directory is looked in. */
const CONFIG = { file: 'config/config.exs', to: 'import Config\n' };
