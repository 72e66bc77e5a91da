import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { Tree } from '../support/files.js';
import { beam, binary, charlist } from './support/modules.js';
import { codes, found, nif, type TestOptions } from './support/releases.js';

type Rows = readonly (readonly [string, Tree, readonly string[], TestOptions?])[];

const BEAM = 'lib/web-0.1.0/ebin/Elixir.Web.beam';
const PRIV = 'lib/web-0.1.0/priv';

const BODY = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n`;
const pem = (kind: string, body = BODY): string => `-----BEGIN ${kind}-----\n${body}-----END ${kind}-----\n`;
const OPEN = pem('PRIVATE KEY');
const CLOSED = { content: OPEN, mode: 0o600 };
const LEGACY_ENCRYPTED = pem('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A\n\n${BODY}`);
const REL: Tree = { 'releases/0.1.0/web.rel': '{}' };

const KEYS: Rows = [
  ['of the project', { ...REL, [`${PRIV}/x`]: OPEN }, [`error readable-key ${PRIV}/x`]],
  ['in an overlay', { 'etc/tls.pem': OPEN }, ['error readable-key etc/tls.pem']],
  ['of OpenSSH', { id_ed25519: pem('OPENSSH PRIVATE KEY') }, ['error readable-key id_ed25519']],
  ['of an older kind', { 'k.pem': pem('EC PRIVATE KEY') }, ['error readable-key k.pem']],
  ['behind its certificate', { 'k.pem': pem('CERTIFICATE') + OPEN }, ['error readable-key k.pem']],
  ['with the line ends of Windows', { 'k.pem': OPEN.replaceAll('\n', '\r\n') }, ['error readable-key k.pem']],
  ['that its owner alone can read', { 'k.pem': CLOSED }, ['warning possible-secret k.pem']],
  [
    'in a directory that others cannot enter',
    { keys: { directory: true, mode: 0o750 }, 'keys/k.pem': OPEN },
    ['warning possible-secret keys/k.pem'],
  ],
  ['with a passphrase', { 'k.pem': pem('ENCRYPTED PRIVATE KEY') }, ['warning possible-secret k.pem']],
  ['with a passphrase, as before', { 'k.pem': LEGACY_ENCRYPTED }, ['warning possible-secret k.pem']],
  [
    'of a dependency, by the lock',
    { 'lib/dep-1.0.0/priv/test.key': OPEN },
    ['warning possible-secret lib/dep-1.0.0/priv/test.key'],
    { dependencies: new Set(['dep']) },
  ],
  [
    'of another application of the project, by the lock',
    { 'lib/core-1.0.0-rc.1/priv/k.key': OPEN },
    ['error readable-key lib/core-1.0.0-rc.1/priv/k.key'],
    { dependencies: new Set(['dep']) },
  ],
  [
    'of another application where nobody says whose it is',
    { ...REL, 'lib/dep-1.0.0/priv/test.key': OPEN },
    ['warning possible-secret lib/dep-1.0.0/priv/test.key'],
  ],
  [
    'of OTP',
    { 'lib/ssl-11.2/examples/certs/key.pem': OPEN },
    ['warning possible-secret lib/ssl-11.2/examples/certs/key.pem'],
    { dependencies: new Set() },
  ],
  ['that is a certificate', { 'c.pem': pem('CERTIFICATE'), 'p.pem': pem('PUBLIC KEY') }, []],
];

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4\n`;

const POINTERS: Rows = [
  ['instead of data', { [`${PRIV}/model.bin`]: POINTER }, [`warning lfs-pointer ${PRIV}/model.bin`]],
  ['in an overlay', { 'share/model': POINTER }, ['warning lfs-pointer share/model']],
  ['instead of a library', { [`${PRIV}/x.so`]: POINTER }, [`error lfs-pointer ${PRIV}/x.so`]],
  ['instead of a library with a version', { [`${PRIV}/x.so.1.2`]: POINTER }, [`error lfs-pointer ${PRIV}/x.so.1.2`]],
  ['instead of a program', { 'bin/x': { content: POINTER, mode: 0o755 } }, ['error lfs-pointer bin/x']],
  ['with the line ends of Windows', { x: POINTER.replaceAll('\n', '\r\n') }, ['warning lfs-pointer x']],
  ['in a text about pointers', { x: `A pointer is:\n${POINTER}`, y: POINTER + 'x'.repeat(2000) }, []],
];

const script = (content: string, mode = 0o755) => ({ content, mode });
const ENV = 'releases/0.1.0/env.sh';

const SCRIPTS: Rows = [
  ['that is not executable', { 'bin/server': '#!/bin/sh\n' }, ['warning not-executable bin/server']],
  ['of an overlay', { 'tools/x': '#!/bin/sh\n' }, ['warning not-executable tools/x']],
  ['of Mix', { 'releases/0.1.0/elixir': '#!/bin/sh\n' }, ['warning not-executable releases/0.1.0/elixir']],
  ['that others read', { [ENV]: '#!/bin/sh\n' }, []],
  ['of an application, or of OTP', { [`${PRIV}/x.sh`]: '#!/bin/sh\n', 'erts-15.2.7/bin/erl.src': '#!/bin/sh\n' }, []],
  ['that is executable', { 'bin/server': script('#!/bin/sh\n') }, []],
  ['with CRLF', { 'bin/server.sh': script('#!/bin/sh\r\n') }, ['warning crlf-script bin/server.sh']],
  ['with CRLF in an application', { [`${PRIV}/x`]: '#!/bin/sh\r\n' }, [`warning crlf-script ${PRIV}/x`]],
  [
    'with CRLF that starts the release',
    { 'releases/0.1.0/elixir': script('#!/bin/sh\r\n') },
    ['error crlf-script releases/0.1.0/elixir'],
  ],
  ['with CRLF that it reads', { [ENV]: 'export A=1\r\n' }, [`error crlf-script ${ENV}`]],
  ['with CRLF in another line than the first', { [ENV]: '#!/bin/sh\nA=1\r\n' }, [`error crlf-script ${ENV}`]],
  ['for Windows', { 'bin/web.bat': script('@echo off\r\n'), 'releases/0.1.0/env.bat': '@echo off\r\n' }, []],
  ['with a CR alone', { 'bin/x': script('#!/bin/sh\n\r\n') }, []],
];

const literal = (text: string) => beam({ literals: [binary('x'), binary(text)] });

const COMPILED: Rows = [
  ['a directory', { [BEAM]: literal('/build/src') }, [`warning builder-path ${BEAM}`]],
  ['a directory of sources', { [BEAM]: literal('/build/src/apps/web/lib') }, [`warning builder-path ${BEAM}`]],
  ['a file', { [BEAM]: literal('/build/state/build/prod/lib/web/priv/x.txt') }, [`warning builder-path ${BEAM}`]],
  ['an address', { [BEAM]: literal('file:///build/src/priv/x.csv') }, [`warning builder-path ${BEAM}`]],
  [
    'a list of characters',
    { [BEAM]: beam({ literals: [charlist('/build/src/priv')] }) },
    [`warning builder-path ${BEAM}`],
  ],
  [
    'uncompressed constants',
    { [BEAM]: beam({ literals: [binary('/build/src/x')], plain: true }) },
    [`warning builder-path ${BEAM}`],
  ],
  ['a compressed module', { [BEAM]: gzipSync(literal('/build/src/priv')) }, [`warning builder-path ${BEAM}`]],
  ['a piece of a binary', { [BEAM]: beam({ texts: 'abc/build/src/priv/x.txt' }) }, [`warning builder-path ${BEAM}`]],
  [
    'a protocol',
    { 'releases/0.1.0/consolidated/Elixir.P.beam': literal('/build/src/x') },
    ['warning builder-path releases/0.1.0/consolidated/Elixir.P.beam'],
  ],
  [
    'the source that a query or a macro is from',
    {
      [BEAM]: beam({
        literals: ['lib/web/a.ex', 'lib/b.exs', 'lib/c.html.heex', 'deps/d/src/e.erl'].map((file) =>
          binary(`/build/src/${file}`),
        ),
      }),
    },
    [],
  ],
  [
    'a source and a line',
    {
      [BEAM]: literal('/build/src/lib/a.ex:12'),
      'lib/web-0.1.0/ebin/b.beam': beam({ texts: '/build/src/lib/a.ex:12: bad' }),
    },
    [],
  ],
  [
    'templates of Phoenix, by what Mix alone calls',
    {
      [BEAM]: beam({
        atoms: ['Elixir.Web.PageHTML', '__mix_recompile__?'],
        literals: [binary('/build/src/lib/web/page_html')],
      }),
    },
    [],
  ],
  ['a task of Mix', { 'lib/web-0.1.0/ebin/Elixir.Mix.Tasks.Web.Gen.beam': literal('/build/src/lib') }, []],
  [
    'attributes, lines and how it was compiled',
    {
      [BEAM]: beam({
        others: {
          Attr: binary('/build/src/a'),
          Line: binary('/build/src/a'),
          CInf: binary('/build/src/a'),
          Dbgi: binary('/build/src/a'),
        },
      }),
    },
    [],
  ],
  [
    'the paths of those who compiled Elixir',
    { 'lib/elixir-1.18.3/ebin/Elixir.Agent.beam': literal('/build/src/x') },
    [],
  ],
  [
    'another path',
    {
      [BEAM]: beam({
        literals: ['/build/reproducible-path/x', '/builder', 'see /build/src/x', '/build/srcs'].map(binary),
      }),
    },
    [],
  ],
  [
    'what is no module, or a damaged one',
    { [BEAM]: 'FOR1xxxxBEAM', 'lib/web-0.1.0/ebin/b.beam': gzipSync(literal('/build/src')).subarray(0, 60) },
    [],
  ],
];

const TZDATA: Tree = {
  'lib/tzdata-1.1.2/ebin/tzdata.app': '{application,tzdata,[]}.',
  'lib/tzdata-1.1.2/priv/release_ets/2024b.v2.ets': 'x',
};
const TZ: Tree = {
  'lib/tz-0.28.1/ebin/tz.app': '{application,tz,[]}.',
  'lib/tz-0.28.1/ebin/Elixir.Tz.X.beam': beam({ atoms: ['Elixir.Tz.UpdatePeriodically'] }),
};
const UPDATES_TZ = { [BEAM]: beam({ atoms: ['Elixir.Web', 'Elixir.Tz.UpdatePeriodically'] }) };
const INFO: Tree = { 'lib/time_zone_info-0.7.8/ebin/time_zone_info.app': '{application,time_zone_info,[]}.' };
const sys = (text: string): Tree => ({ 'releases/0.1.0/sys.config': `[{kernel,[]},${text}].` });
const runtime = (text: string): Tree => ({ 'releases/0.1.0/runtime.exs': `import Config\n${text}\n` });
const WRITES = 'warning writes-into-release lib/tzdata-1.1.2/priv';
const WRITES_TZ = 'warning writes-into-release lib/tz-0.28.1/priv';

const TIME_ZONES: Rows = [
  ['tzdata', TZDATA, [WRITES]],
  [
    'tzdata with other settings',
    { ...TZDATA, ...sys('{tzdata,[{autoupdate,enabled},{data_dir,nil}]},{x,[{data_dir,<<"/x">>}]}') },
    [WRITES],
  ],
  ['tzdata that does not update', { ...TZDATA, ...sys('{tzdata,[{autoupdate,disabled}]}') }, []],
  ['tzdata elsewhere', { ...TZDATA, ...sys('{tzdata,\n [{http_client,x},{data_dir,<<"/var/lib/web">>}]}') }, []],
  [
    'tzdata elsewhere, at run time',
    { ...TZDATA, ...runtime('config :tzdata,\n  data_dir: System.fetch_env!("STATE_DIRECTORY")') },
    [],
  ],
  ['tzdata that does not update, at run time', { ...TZDATA, ...runtime('config :tzdata, :autoupdate, :disabled') }, []],
  [
    'a comment on tzdata',
    { ...TZDATA, ...runtime('# config :tzdata, :autoupdate, :disabled\nconfig :web, data_dir: "/x"') },
    [WRITES],
  ],
  ['tz', TZ, []],
  ['tz that updates', { ...TZ, ...UPDATES_TZ }, [WRITES_TZ]],
  ['tz that updates elsewhere', { ...TZ, ...UPDATES_TZ, ...sys('{tz,[{data_dir,<<"/var/lib/web">>}]}') }, []],
  ['time_zone_info', INFO, []],
  [
    'time_zone_info that updates',
    { ...INFO, ...sys('{time_zone_info,[{update,daily}]}') },
    ['warning writes-into-release lib/time_zone_info-0.7.8/priv'],
  ],
  [
    'time_zone_info that updates elsewhere',
    {
      ...INFO,
      ...runtime(
        'config :time_zone_info,\n  update: :daily,\n  data_persistence: TimeZoneInfo.DataPersistence.FileSystem',
      ),
    },
    [],
  ],
];

const RIGHTS: Rows = [
  ['set-user-ID', { 'bin/x': { content: 'x', mode: 0o4755 } }, ['warning set-user-id bin/x']],
  ['set-group-ID', { [`${PRIV}/x`]: { content: nif(), mode: 0o2755 } }, [`warning set-user-id ${PRIV}/x`]],
  [
    'set-user-ID that the build removed',
    {},
    ['warning set-user-id lib/x'],
    { lostRights: ['lib/x', 'lib/y'], except: ['lib/y'] },
  ],
  ['a bit without a meaning', { x: { content: 'x', mode: 0o4644 }, y: { directory: true, mode: 0o2755 } }, []],
];

describe.each([
  ['a private key', KEYS],
  ['a pointer of Git LFS', POINTERS],
  ['a script', SCRIPTS],
  ['in compiled code:', COMPILED],
  ['time zone data:', TIME_ZONES],
  ['a program with', RIGHTS],
])('%s', (_, rows) => {
  it.each(rows)('%s', async (__, more, expected, options = {}) => {
    expect(await codes(more, options)).toEqual(expected);
  });

  it('is told in whole sentences, with what to do', async () => {
    const everything = await Promise.all(rows.map(([, more, , options = {}]) => found(more, options)));
    for (const { message, next } of everything.flat()) {
      expect(message).toMatch(/^(?:its?|the|tzdata|tz|time_zone_info)\b.*[^.\s]$/);
      expect(next).toMatch(/^[A-Z].*[.?]$/);
    }
  });
});

it('shows the path that was compiled in', async () => {
  const [finding] = await found({ [BEAM]: literal(`/build/src/${'x'.repeat(300)}`) });
  expect(finding?.message).toContain(`/build/src/${'x'.repeat(89)}…`);
});
