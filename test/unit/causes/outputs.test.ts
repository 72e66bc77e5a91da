import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BUILDING } from '../../../src/causes/building/rules.js';
import { viewOf } from '../../../src/causes/file-view.js';
import { likelyCauses } from '../../../src/causes/find.js';
import type { Circumstances, Rule } from '../../../src/causes/rule.js';
import { RUNNING } from '../../../src/causes/running/rules.js';
import { directoryWith } from '../support/files.js';
import { boldOf } from './page.js';

const OUTPUTS = path.join(import.meta.dirname, 'outputs');

/** Expectations by the section of the output: the rule and its subject; empty for no cause. */
type Expected = Readonly<Record<string, string>>;

/** What releases print in test/rig/causes/running.sh. */
const RELEASES: Expected = {
  'start-mix-env': 'mix-at-run-time Mix.env/0',
  'start-mix-config': 'mix-at-run-time Mix.Project.config/0',
  'start-baked-source': 'builder-path /build/src/priv/words.txt',
  'start-baked-build': 'builder-path /build/state/build/prod/lib/ways/priv/words.txt',
  'start-otp-module': 'module-not-in-release :xmerl_scan',
  'start-ssh-module': 'module-not-in-release :ssh',
  'start-foreign-module': 'module-not-in-release Phoenix.Nowhere',
  'start-no-function': '',
  'start-no-protocol': '',
  'start-priv-file': 'file-not-in-release /smoke/release/lib/ways-0.1.0/priv/absent.txt',
  'start-relative-file': 'file-not-in-release priv/words.txt',
  'start-any-file': 'file-not-in-release /etc/ways/absent.conf',
  'start-no-application': 'application-not-in-release absent_app',
  'start-app-dir': 'application-not-in-release absent_app',
  'start-priv-dir': 'directory-of-no-application code:priv_dir',
  'start-cacerts': 'cacerts ca-certificates',
  'start-program': 'program convert',
  'start-port-executable': 'not-executable /smoke/release/lib/ways-0.1.0/priv/plain.sh',
  'start-cmd-not-executable': 'not-executable /smoke/release/lib/ways-0.1.0/priv/plain.sh',
  'start-cmd-crlf': '',
  'start-shell-not-found': 'program wkhtmltopdf',
  'start-refused': 'service',
  'start-nxdomain': 'service',
  'start-unreachable': 'service',
  'start-listen-inet6': '',
  'start-fetch-env': '',
  'start-system-env': 'environment DATABASE_URL',
  'start-disk': 'disk-full',
  'start-nif-missing': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/absent.so',
  'start-nif-text': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/text.so',
  'start-nif-pointer': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/pointer.so',
  'start-nif-other': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/other.so',
  'start-no-database': '',
  'start-raise': '',
  'server-mix-env': 'mix-at-run-time Mix.env/0',
  'server-baked-source': 'builder-path /build/src/priv/words.txt',
  'server-otp-module': 'module-not-in-release :xmerl_scan',
  'server-refused': 'service',
  'server-priv-file': 'file-not-in-release /smoke/release/lib/ways-0.1.0/priv/absent.txt',
  'server-cacerts': 'cacerts ca-certificates',
  'server-system-env': 'environment DATABASE_URL',
  'server-raise': '',
  'config-mix-env': 'mix-at-run-time Mix.env/0',
  'config-file': 'file-not-in-release config/extra.json',
  'config-eval-file': 'file-not-in-release /tmp/config/extra.exs',
  'config-import': 'file-not-in-release /tmp/extra.exs',
  'config-fetch-env': 'environment DATABASE_URL',
  'config-raise-env': 'environment DATABASE_URL',
  'config-nil': 'environment-nil PORT',
  'config-nil-replace': 'environment-nil HOSTS',
  'config-cacerts': 'cacerts ca-certificates',
  'config-cacert-file': 'cacerts ca-certificates',
  'config-module': 'module-not-in-release Dotenvy',
  'config-raise': 'configuration Config.Reader',
  'native-absent': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/absent.so',
  'native-text': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/text.so',
  'native-pointer': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/pointer.so',
  'native-other': 'file-that-cannot-load /smoke/release/lib/ways-0.1.0/priv/other.so',
  'log-manifest': '',
  'node-inet6': 'ipv6 eaddrnotavail',
  'node-fly': 'ipv6 eaddrnotavail',
  'node-long': "node-name Can't set long node name",
  'node-host': "node-name Can't set short node name",
  'locale-latin1': '',
  'locale-bash': '',
  'limit-memory': 'memory',
  'script-mode': 'not-executable /smoke/release/bin/ways',
  'script-crlf-env': 'script-with-crlf /smoke/release/releases/0.1.0/env.sh',
  'script-crlf': 'script-with-crlf /smoke/release/bin/server',
  'script-crlf-bash': 'script-with-crlf',
  'no-erts': '',
};

/** Where an older Elixir prints less, or another thing. */
const LESS: Readonly<Record<string, Expected>> = {
  'running/elixir-1.10.3-otp-23-bullseye': {
    // OTP has the function from 25 on.
    'start-cacerts': '',
    'server-cacerts': '',
    'config-cacerts': 'configuration Config.Reader',
    // These end before they say which line it was.
    'config-nil': '',
    'config-nil-replace': 'configuration Config.Reader',
    'config-raise': '',
    'native-absent': 'native Elixir.Ways.Native',
    'native-text': 'native Elixir.Ways.Native',
    'native-pointer': 'native Elixir.Ways.Native',
    'native-other': 'native Elixir.Ways.Native',
  },
  // Its configuration has no line in the stack.
  'running/elixir-1.14.0-otp-25-bookworm': {
    'config-nil': 'configuration Config.Reader',
    'config-nil-replace': 'configuration Config.Reader',
  },
  // It has git.
  'building/elixir-1.18.3-otp-27-3.22.1': { 'git-nowhere': '', 'no-git-repository': '' },
};

const BUILDS: Expected = {
  'config-fetch-env': 'build-variable SECRET_KEY_BASE',
  'config-raise': 'build-variable STRIPE_KEY',
  'module-fetch-env': 'build-variable API_TOKEN',
  'cmd-cargo': 'missing-program cargo',
  'cmd-cmake': 'missing-program cmake',
  'cmd-npm': 'missing-program npm',
  'cmd-git': 'missing-program git',
  'shell-cmake': 'missing-program cmake',
  'shell-not-executable': 'no-execute-bit ./build.sh',
  'cmd-not-executable': 'no-execute-bit /build/src/build.sh',
  'shell-crlf': 'crlf ./build.sh',
  'shell-crlf-bash': 'crlf',
  'elixir-version': 'elixir-version ways',
  'lost-path-dependency': 'path-dependency lost',
  'unchecked-dependencies': 'unchecked-dependencies prod',
  'git-nowhere': 'missing-program git',
  'no-task': 'no-task assets.deploy',
  'no-application': 'no-application absent',
  'link-in-priv': 'link-in-priv priv/uploads',
  'link-to-file': 'link-in-priv priv/static/logo.svg',
  'httpc-unknown-ca': 'certificate',
  'httpc-no-host': 'unreachable nowhere.invalid',
  'no-git-repository': 'missing-program git',
  'own-error': '',
  'own-raise': '',
};

const TOOLS: Expected = {
  'gcc-header': 'missing-header vips/vips.h',
  'gcc-erl-nif': 'missing-header erl_nif.h',
  'gcc-own-header': 'missing-header vendor/own/thing.h',
  'ld-lib': 'missing-link-library vips',
  'ld-unknown': 'missing-link-library nowhere',
  'pkg-config': 'missing-pkg-config-module vips',
  'pkg-config-errors': 'missing-pkg-config-module vips',
  'make-cmake': 'missing-program cmake',
  'make-sh-cmake': 'missing-program mkdir',
  'dash-not-found': 'missing-program cmake',
  'bash-not-found': 'missing-program cmake',
  'sh-not-found': 'missing-program cmake',
  'bash-script-npm': 'missing-program npm',
  'dash-script-npm': 'missing-program npm',
  'env-node': 'missing-program node',
  'shebang-node': 'missing-program node',
  'bash-in-dash': 'bash bash',
  'pipefail-in-dash': 'bash bash',
  'array-in-dash': 'bash bash',
  'array-in-busybox': 'bash bash',
  'substitution-in-dash': 'bash bash',
  'crlf-sourced-dash': 'crlf',
  'crlf-sourced-bash': 'crlf',
  'crlf-sourced-busybox': 'crlf',
  // The carriage return is not in what is printed; of the script of a hook it is seen.
  'crlf-if-dash': '',
  'crlf-if-bash': '',
  'dash-denied': 'no-execute-bit ./y.sh',
  'bash-denied': 'no-execute-bit ./y.sh',
  'env-denied': 'no-execute-bit ./y.sh',
  'make-denied': 'no-execute-bit ./y.sh',
  'sh-denied': 'no-execute-bit ./z',
  'apt-as-user': 'needs-root',
  sudo: 'missing-program sudo',
  'curl-cert': 'certificate',
  'git-cert': 'certificate',
  'wget-cert': '',
  'wget-cert-loud': 'certificate',
  'npm-cert': 'certificate',
  'node-cert': 'certificate',
  'python-cert': 'certificate',
  'pip-cert': 'certificate',
  'cargo-cert': 'certificate',
  'git-nohost': 'unreachable nowhere.invalid',
  'curl-nohost': 'unreachable nowhere.invalid',
  'npm-nohost': 'unreachable nowhere.invalid',
  'git-refused': 'unreachable localhost',
  'git-ssh-nohost': 'unreachable nowhere.invalid',
  'git-no-tags': 'no-tags git describe',
  'git-no-tags-plain': 'no-tags git describe',
  'git-no-repository': '',
  'cargo-musl': 'rust-on-musl y',
  'cargo-no-linker': 'missing-program cc',
  'cmake-module': 'missing-pkg-config-module vips',
  'cmake-package': '',
  'cmake-no-compiler': 'missing-compiler c++',
  'disk-full': '',
  'cp-full': 'disk-full',
  killed: 'killed',
  'killed-child': 'killed',
  // The file's header was not read: nothing is said of its processor.
  'exec-format': '',
};

const RELEASE = '/smoke/release';
const PROJECT = path.join(import.meta.dirname, '../../rig/causes/project');

async function releaseView(way: string) {
  const crlf = { content: '#!/bin/sh\r\nexec ./ways start\r\n', mode: 0o755 };
  const foreign = Buffer.concat([
    Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    Buffer.alloc(9),
    Buffer.from([3, 0, 243, 0, 1, 0, 0, 0]),
    Buffer.alloc(64),
  ]);
  const directory = await directoryWith({
    'bin/ways': { content: '#!/bin/sh\n', mode: way === 'script-mode' ? 0o644 : 0o755 },
    'bin/server': crlf,
    'releases/0.1.0/env.sh': way === 'script-crlf-env' ? crlf : '#!/bin/sh\n',
    'releases/0.1.0/runtime.exs': readFileSync(path.join(PROJECT, 'config/runtime.exs'), 'utf8'),
    'lib/ways-0.1.0/ebin/Elixir.Ways.beam': '',
    'lib/ways-0.1.0/priv/plain.sh': { content: '#!/bin/sh\n', mode: 0o644 },
    'lib/ways-0.1.0/priv/text.so': 'this is text\n',
    'lib/ways-0.1.0/priv/pointer.so': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    'lib/ways-0.1.0/priv/other.so': foreign,
    'lib/public_key-1.9/ebin/public_key.beam': '',
  });
  return { release: viewOf(directory, RELEASE), elfMachine: 'x86_64' };
}

async function buildView(way: string): Promise<Circumstances> {
  const directory = await directoryWith({
    'priv/uploads': { linkTo: '/var/www/uploads' },
    'priv/static/logo.svg': { linkTo: '../../../assets/logo.svg' },
    'build.sh':
      way === 'shell-crlf'
        ? { content: '#!/bin/sh\r\necho x\r\n', mode: 0o755 }
        : { content: '#!/bin/sh\necho x\n', mode: 0o644 },
  });
  return { sources: viewOf(directory, '/build/src'), cwd: '/build/src', system: 'debian' };
}

/** The sections of a file, `## NAME` and the lines of its output. */
function sectionsOf(file: string): readonly (readonly [string, readonly string[]])[] {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^## /m);
  return parts.map((part) => {
    const [way = '', ...lines] = part.trimEnd().split('\n');
    return [way, lines.map((line) => line.replace(/^# exit status (\d+)$/, 'the command ended with exit status $1'))];
  });
}

function named(rules: readonly Rule[], lines: readonly string[], about: Circumstances): string {
  const [first, ...more] = likelyCauses(rules, lines, about);
  expect(more).toEqual([]);
  if (!first) return '';
  const { name, subject, why } = first;
  expect(boldOf(name).some((text) => text.test(why)) ? '' : why).toBe('');
  return name === 'certificate' ? name : `${name} ${subject}`.trimEnd();
}

describe.each([
  ['running', RELEASES, RUNNING, releaseView],
  ['building', { ...BUILDS, ...TOOLS }, BUILDING, buildView],
] as const)('the causes of outputs of %s', (kind, expected: Expected, rules, view) => {
  const files = readdirSync(path.join(OUTPUTS, kind));
  it.each(
    files.flatMap((file) => sectionsOf(path.join(OUTPUTS, kind, file)).map((section) => [file, ...section] as const)),
  )('in %s, of %s', async (file, way, lines) => {
    const version = `${kind}/${file.replace(/\.txt$/, '')}`;
    expect(Object.keys(expected)).toContain(way);
    const cause = LESS[version]?.[way] ?? expected[way];
    expect(named(rules, lines, await view(way))).toBe(passes(lines) ? '' : cause);
  });
});

/** Whether the command succeeded: on some systems some ways are none to fail. */
function passes(lines: readonly string[]): boolean {
  return lines.at(-1)?.endsWith('exit status 0') ?? false;
}
