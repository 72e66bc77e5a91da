import { describe, expect, it } from '@jest/globals';
import { readCrashes, type Crashes } from '../../../src/smoke/crashes.js';

function crashesIn(log: readonly string[]): Crashes {
  const reader = readCrashes();
  log.forEach((line) => reader.read(line));
  return reader.end();
}

const ELIXIR = [
  '12:00:00.000 [info] Running',
  '12:00:00.100 [error] GenServer Hello.Worker terminating',
  '** (RuntimeError) no luck',
  '    (hello 0.1.0) lib/hello/worker.ex:9: Hello.Worker.handle_info/2',
  'Last message: :work',
  '12:00:00.200 [info] Going on',
  'more of that',
];

const NETWORK = [
  '12:00:00.100 [error] GenServer App.Client terminating',
  '** (stop) {:error, :econnrefused}',
  '12:00:00.300 [error] Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (127.0.0.1:5432): connection refused - :econnrefused',
];

describe('readCrashes', () => {
  it('finds a process that ended by an error, with what belongs to it', () => {
    expect(crashesIn(ELIXIR)).toEqual({ other: [ELIXIR.slice(1, 5)], network: [], errors: [] });
  });

  it.each([
    '=CRASH REPORT==== 1-Jan-2026::00:00:00.000000 ===',
    '=SUPERVISOR REPORT==== 1-Jan-2026::00:00:00.000000 ===',
    '[error] Process #PID<0.120.0> raised an exception',
    '12:00:00.1 [error] Task #PID<0.1.0> started from Hello terminating',
    '** Generic server x terminating ',
    'The on_load function for module Elixir.X returned:',
    '12:00:00.1 [notice] Application hello exited: exited in: Hello.start(:normal, [])',
    '{"Kernel pid terminated",application_controller,"x"}',
  ])('finds %j', (line) => {
    expect(crashesIn(['before', line]).other).toEqual([[line]]);
  });

  it('counts what comes of the missing network apart', () => {
    expect(crashesIn(NETWORK)).toEqual({ other: [], network: [NETWORK.slice(0, 2)], errors: [] });
  });

  it.each(['12:00:00.1 [notice] Application hello exited: :stopped', '12:00:00.1 [info] terminating a session'])(
    'passes over %j',
    (line) => {
      expect(crashesIn([line])).toEqual({ other: [], network: [], errors: [] });
    },
  );

  it.each([
    ['12:00:00.1 [error] a line of the project’s own', 'a line of the project’s own'],
    ['12:00:00.100 request_id=F1 [error] no sheep today', 'no sheep today'],
    ['2026-01-01T00:00:00Z [error] no sheep today', 'no sheep today'],
    ['[error]   no sheep today', 'no sheep today'],
  ])('keeps the error %j apart from crashes', (line, message) => {
    expect(crashesIn([line, line])).toEqual({ other: [], network: [], errors: [message] });
  });

  it.each(['12:00:00.1 [warning] no [error] at all', '12:00:00.1 [info] [error] x', 'say [error]', NETWORK[2] ?? ''])(
    'keeps no error of %j',
    (line) => {
      expect(crashesIn([line]).errors).toEqual([]);
    },
  );

  it('keeps the first errors', () => {
    const lines = Array.from({ length: 9 }, (_, at) => `12:00:00.1 [error] number ${String(at)}`);
    expect(crashesIn(lines).errors).toEqual(['number 0', 'number 1', 'number 2', 'number 3', 'number 4']);
  });

  it('keeps so many of a kind, and none takes the place of another kind', () => {
    const many = Array.from({ length: 150 }, () => NETWORK.slice(0, 2)).flat();
    const { other, network } = crashesIn([...many, ...ELIXIR]);
    expect(other).toEqual([ELIXIR.slice(1, 5)]);
    expect(network).toHaveLength(100);
  });
});
