import { describe, expect, it } from '@jest/globals';
import { listeningPorts } from '../../../src/smoke/listeners.js';

const row = (address: string, state = '0A'): string => `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00`;

describe('listeningPorts', () => {
  it.each<[string, string, readonly number[]]>([
    ['any address', row('00000000:1538'), [5432]],
    ['an address', row('020014AC:0050'), [80]],
    ['any address of IPv6', row('00000000000000000000000000000000:1538'), [5432]],
    ['the loopback', row('0100007F:1538'), []],
    ['another address of the loopback', row('0B00007F:1538'), []],
    ['the loopback of IPv6', row('00000000000000000000000001000000:1538'), []],
    ['the loopback, mapped', row('0000000000000000FFFF00000100007F:1538'), []],
    ['nothing: a connection', row('00000000:1538', '01'), []],
    ['nothing: the head', '  sl  local_address rem_address   st tx_queue', []],
    ['nothing: an error', 'cat: /proc/net/tcp6: No such file or directory', []],
  ])('of what listens at %s', (_, line, ports) => {
    expect([...listeningPorts([line])]).toEqual(ports);
  });
});
