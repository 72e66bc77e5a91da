import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect } from '@jest/globals';
import { NOT_STARTED } from '../../../src/engine/container.js';
import { failureOf, outcome, startWith, type Case } from './subject.js';

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const PRINT_ALL = 'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %03o $i)"; i=$((i+1)); done';

/** What holds of commands in a container. */
export const COMMANDS: readonly Case[] = [
  {
    title: 'hands back the exit status of a command',
    check: async (subject) => {
      await using container = await startWith(subject);
      for (const status of [0, 1, 2, 64, 126, 137, 255]) {
        expect(await outcome(container, ['sh', '-c', `exit ${String(status)}`])).toEqual({ status, lines: [] });
      }
    },
  },
  {
    title: 'has status 127 and a line that names it for a program that is not there',
    check: async (subject) => {
      await using container = await startWith(subject);
      const { status, lines } = await outcome(container, ['no-such-program', 'x']);
      expect(status).toBe(NOT_STARTED);
      expect(lines.join('\n')).toContain('no-such-program');
    },
  },
  {
    title: 'hands over arguments as they are',
    check: async (subject) => {
      await using container = await startWith(subject);
      const odd = ['$HOME', '`id`', '; rm -rf /', "it's", 'a  b', '', '*', 'ü', '\\n', '--'];
      expect((await outcome(container, ['printf', '%s\\n', ...odd])).lines).toEqual(odd);
    },
  },
  {
    title: 'hands over an environment of 127 KB, and every character but NUL',
    check: async (subject) => {
      await using container = await startWith(subject);
      const long = 'x'.repeat(127 * 1024);
      expect((await outcome(container, ['sh', '-c', 'echo ${#LONG}'], { LONG: long })).lines).toEqual(['130048']);
      const value = Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)).join('');
      const { lines } = await outcome(container, ['sh', '-c', 'printf %s "$ODD"'], { ODD: value });
      expect(lines.join('\n')).toBe(value);
    },
  },
  {
    title: 'hands over all byte values of an output, of both streams, to its last line without an end',
    check: async (subject) => {
      await using container = await startWith(subject);
      for (const to of ['', ' >&2']) {
        const { lines } = await outcome(container, ['sh', '-c', `{ ${PRINT_ALL}; }${to}`]);
        expect(lines).toEqual(ALL_BYTES.toString().split('\n'));
      }
    },
  },
  {
    title: 'hands over many lines and one long one',
    check: async (subject) => {
      await using container = await startWith(subject);
      expect((await outcome(container, ['seq', '20000'])).lines).toHaveLength(20_000);
      const { lines } = await outcome(container, ['sh', '-c', 'seq 20000 | tr -d "\\n"']);
      expect(lines.map(({ length }) => length)).toEqual([88_894]);
    },
  },
  {
    title: 'runs commands side by side',
    check: async (subject) => {
      await using container = await startWith(subject);
      const both = ['one', 'two'].map((word) => outcome(container, ['sh', '-c', `sleep 0.2; echo ${word}`]));
      expect((await Promise.all(both)).map(({ lines }) => lines)).toEqual([['one'], ['two']]);
    },
  },
  {
    title: 'runs a command with the input and output of a person, until it ends',
    check: async (subject) => {
      await using container = await startWith(subject);
      const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const terminal = { input, output, errors, screen: undefined };
      const attached = subject.engine.containers.attach(container.id, { title: 'cat', argv: ['cat'] }, terminal);
      let printed = '';
      output.on('data', (data: Buffer) => (printed += data.toString()));
      input.write('one\n');
      await once(output, 'data');
      expect(printed).toBe('one\n');
      input.end('two\n');
      expect(await attached).toBe(0);
      expect(printed).toBe('one\ntwo\n');
      expect(input.listenerCount('data')).toBe(0);
    },
  },
  {
    title: 'refuses such a command in a container that is not there',
    check: async (subject) => {
      const streams = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() };
      const command = { title: 'cat', argv: ['cat'] };
      const terminal = { ...streams, screen: undefined };
      const error = await failureOf(subject.engine.containers.attach('mix-release-no-such', command, terminal));
      expect(error).toMatchObject({ code: 'engine-connection-lost', exitStatus: 3 });
    },
  },
  {
    title: 'talks to a command until its input ends',
    check: async (subject) => {
      await using container = await startWith(subject);
      await using talk = await container.talk({ title: 'cat', argv: ['cat'] }, () => undefined);
      talk.input.write('one\n');
      const first = await new Promise((resolve) =>
        talk.output.once('data', (data: Buffer) => resolve(data.toString())),
      );
      expect(first).toBe('one\n');
    },
  },
];
