import { mutationsOf, type Change, type Mutation } from './mutation.js';

const CONFIG = 'config/config.exs';
const RUNTIME = 'config/runtime.exs';
const mix = (entry: string, broken: string, from: string, to: string): Change => [entry, broken, 'mix.exs', from, to];
const REBOOTED = 'rebooted: [runtime_config_path: "config/boot.exs", reboot_system_after_config: true]';
const UNREBOOTED = 'unrebooted: [runtime_config_path: "config/boot.exs", reboot_system_after_config: false]';

/** What breaks the entries about configuration. */
export const OF_CONFIGURED: readonly Mutation[] = mutationsOf('configured', [
  ['config-build-time', 'the value is fixed', CONFIG, 'System.get_env("BUILD_VALUE")', '"fixed"'],
  ['config-mix-env', 'the environments are the same', 'config/staging.exs', '"staging"', '"prod"'],
  ['config-runtime', 'the value is fixed', RUNTIME, 'System.get_env("BOOT_VALUE")', '"one"'],
  ['config-env-and-target', 'the target is fixed', RUNTIME, 'config_target()', ':host'],
  ['config-merge', 'the value is not set at boot', RUNTIME, 'replaced: "at boot"', 'other: "at boot"'],
  ['config-runtime-fails', 'the configuration can be read', RUNTIME, 'System.fetch_env!("NOT_THERE")', ':ok'],
  ['config-runtime-imports', 'nothing is imported', RUNTIME, 'import_config "prod.exs"', ''],
  mix('config-runtime-path', 'it is the default', 'by_path: [runtime_config_path: "config/boot.exs"]', 'by_path: []'),
  mix('config-runtime-none', 'there is one', 'without: [runtime_config_path: false]', 'without: []'),
  ['config-utf-8', 'a character is another', CONFIG, 'Grüße', 'Grusse'],
  mix('compile-env-checked', 'nothing is checked', 'by_path: [', 'by_path: [validate_compile_env: false, '),
  mix('compile-env-unchecked', 'values are checked', ', validate_compile_env: false', ''),
  ['hook-variables', 'nothing is exported', 'script/prepare.sh', 'export ', 'unexported_'],

  mix('provider', 'one is missing', '          {Configured.Provider, {:system, "RELEASE_ROOT", "/first.txt"}},\n', ''),
  mix('reboot', 'the system does not restart', REBOOTED, REBOOTED.replace('true', 'false')),
  mix('reboot-not', 'the system restarts', UNREBOOTED, UNREBOOTED.replace('false', 'true')),
  mix('reboot-read-only', 'the system does not restart', REBOOTED, REBOOTED.replace('true', 'false')),
  mix(
    'reboot-restart',
    'the configuration is pruned',
    REBOOTED,
    REBOOTED.replace(']', ', prune_runtime_sys_config_after_boot: true]'),
  ),
  mix('prune', 'the file stays', 'sys_config_after_boot: true', 'sys_config_after_boot: false'),
  mix('distribution-during-config', 'it starts later', 'during_config: true', 'during_config: false'),
]);
