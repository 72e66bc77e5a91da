import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../support/cli.js';

const LIMIT = 120_000;
const bin = path.dirname(process.execPath);
/** Without the network, and without what the machine has configured. */
const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: tmpdir(), npm_config_offline: 'true', npm_config_audit: 'false' };

let scratch: string;
let installed: string;

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Packs what package.json names, with bundles of the sources as they are, and installs that in an empty directory. */
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'mix-release-npm-'));
  const source = path.join(scratch, 'source');
  mkdirSync(source);
  const files = ['package.json', 'README.md', 'LICENSE', ...packageJson.files.filter((name) => name !== 'dist')];
  for (const name of files) cpSync(path.join(ROOT, name), path.join(source, name), { recursive: true });
  run(process.execPath, [path.join(ROOT, 'script/bundle.mjs'), path.join(source, 'dist')], ROOT);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], source)) as [{ filename: string }];
  installed = path.join(scratch, 'installed');
  mkdirSync(installed);
  writeFileSync(path.join(installed, 'package.json'), '{"private": true}');
  run('npm', ['install', '--no-fund', path.join(source, packed.filename)], installed);
}, LIMIT);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the packed package', () => {
  it('runs as npx mix-release in an empty directory', () => {
    expect(run('npx', ['--no-install', 'mix-release', '--version'], installed)).toBe(`${packageJson.version}\n`);
    const help = run('npx', ['--no-install', 'mix-release', 'plan', '--help'], installed);
    expect(help).toContain('Usage: mix-release plan [options] [DIR]');
    expect(help).toContain('--target <TRIPLE>');
  });

  it('runs commands that load more of it, and that need no engine', () => {
    writeFileSync(path.join(installed, 'mix.exs'), '[app: :web]');
    expect(run('npx', ['--no-install', 'mix-release', 'init', '--print'], installed)).toContain('name: release\n');
    expect(run('npx', ['--no-install', 'mix-release', 'targets'], installed)).toContain('x86_64-unknown-linux-gnu');
  });

  it('brings no other package along: the bundles have them all', () => {
    expect(readdirSync(path.join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'mix-release',
    ]);
    expect(packageJson).not.toHaveProperty('dependencies');
  });

  it('has what people need of it, and not the sources', () => {
    const place = path.join(installed, 'node_modules/mix-release');
    expect(readdirSync(place).sort()).toEqual(
      ['LICENSE', 'README.md', 'action.yml', 'dist', 'docs', 'matrix', 'package.json'].sort(),
    );
    expect(readdirSync(path.join(place, 'docs'))).toEqual(['mix-release.schema.json']);
    const {
      name,
      engines,
      bin: programs,
    } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    expect({ name, engines, programs }).toEqual({
      ...{ name: 'mix-release', engines: { node: '>=24' }, programs: { 'mix-release': 'dist/cli.mjs' } },
    });
    expect(packageJson).not.toHaveProperty('private');
    expect(packageJson).not.toHaveProperty('repository');
  });
});

describe('bin/mix-release', () => {
  const wrapper = path.join(ROOT, 'bin/mix-release');

  it('runs the command line by links, from anywhere, with the arguments as they are', () => {
    const direct = path.join(scratch, 'direct');
    symlinkSync(wrapper, direct);
    mkdirSync(path.join(scratch, 'a b'));
    symlinkSync('../direct', path.join(scratch, 'a b/mix-release'));
    for (const program of [wrapper, direct, path.join(scratch, 'a b/mix-release')]) {
      expect(run(program, ['--version'], '/')).toBe(`${packageJson.version}\n`);
    }
    const { status, stderr } = spawnSync(wrapper, ['build', '--no such flag'], { env, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain("unknown option '--no such flag'");
  });

  it('says what it needs where there is no Node', () => {
    const bare = path.join(scratch, 'bare');
    mkdirSync(path.join(bare, 'bin'), { recursive: true });
    cpSync(wrapper, path.join(bare, 'bin/mix-release'));
    const programs = path.join(scratch, 'programs');
    mkdirSync(programs);
    for (const name of ['sh', 'dirname', 'readlink', 'cat'])
      symlinkSync(run('which', [name], '/').trim(), path.join(programs, name));
    const { status, stderr } = spawnSync(path.join(bare, 'bin/mix-release'), ['--version'], {
      ...{ env: { PATH: programs }, encoding: 'utf8' },
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('needs Node.js 24 or newer') });
  });
});
