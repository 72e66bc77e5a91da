import { describe, expect, it } from '@jest/globals';
import { readContainerOptions } from '../../../../src/options/sections/container.js';
import { errorOf } from '../../support/errors.js';
import { NO_CONTAINER_OPTIONS } from '../../support/request.js';

describe('readContainerOptions', () => {
  it('is nothing without lines', () => {
    expect(readContainerOptions([])).toEqual(NO_CONTAINER_OPTIONS);
  });

  it.each([
    ['words on one line', ['--memory 4g --cpus 1.5 --network host']],
    ['a line for each', ['--memory 4g', '--cpus=1.5', '--network   host']],
    ['short names, and a value on the next line', ['-m', '4096m', '--cpus 1.5 --net=host']],
    ['the same value twice', ['--memory 4g --memory 4096m', '--cpus 1.5 --net host']],
  ])('takes %s', (_, lines) => {
    expect(readContainerOptions(lines)).toEqual({
      ...NO_CONTAINER_OPTIONS,
      ...{ memory: 4 * 2 ** 30, cpus: 1.5, network: 'host' },
    });
  });

  it.each([
    ['6m', 6 * 2 ** 20],
    ['512M', 2 ** 29],
    ['1.5g', 1.5 * 2 ** 30],
    ['2gb', 2 ** 31],
    ['8388608', 2 ** 23],
    ['8192k', 2 ** 23],
  ])('takes %s of memory', (text, memory) => {
    expect(readContainerOptions([`--memory ${text}`]).memory).toBe(memory);
  });

  it('takes hosts, several and each once', () => {
    const lines = [
      '--add-host a.test:10.0.0.1 --add-host b_c:::1',
      '--add-host=d:host-gateway --add-host a.test=10.0.0.1',
    ];
    expect(readContainerOptions([...lines, '--add-host e:[fe80::1]']).hosts).toEqual([
      ...['a.test:10.0.0.1', 'b_c:::1', 'd:host-gateway', 'e:fe80::1'],
    ]);
  });

  it('takes mounts, read-only unless rw', () => {
    const lines = ['-v /srv/a:/mnt/a --volume=/srv/b/:/mnt/b/:rw', '--mount /srv/c:/mnt/../opt/c:ro'];
    expect(readContainerOptions(lines).mounts).toEqual([
      { source: '/srv/a', target: '/mnt/a', writable: false },
      { source: '/srv/b', target: '/mnt/b', writable: true },
      { source: '/srv/c', target: '/opt/c', writable: false },
    ]);
  });

  it.each([
    ['--privileged', 'it has --privileged'],
    ['--cap-add=ALL', 'it has --cap-add'],
    ['--env A=1', 'it has --env'],
    ['memory 4g', "'memory' is not an option"],
    ['--memory', '--memory has no value'],
    ['--memory=', '--memory has no value'],
    ['--memory --cpus 2', '--memory has no value'],
    ['--memory 4x', "--memory is '4x'"],
    ['--memory -4g', "--memory is '-4g'"],
    ['--memory 5m', "--memory is '5m'"],
    ['--memory 99999999999g', '--memory is'],
    ['--memory 4g --memory 8g', '--memory is given twice'],
    ['--cpus 0', "--cpus is '0'"],
    ['--cpus two', "--cpus is 'two'"],
    ['--cpus 1 --cpus 2', '--cpus is given twice'],
    ['--network a/b', "--network is 'a/b'"],
    ['--network container:x', '--network is'],
    ['--network host --network none', '--network is given twice'],
    ['--add-host hex', "--add-host is 'hex'"],
    ['--add-host hex:1.2.3', '--add-host is'],
    ['--add-host -x:1.2.3.4', '--add-host is'],
    ['--add-host a:1.2.3.4 --add-host a:1.2.3.5', 'gives a two addresses'],
    ['--volume /srv', "--volume is '/srv'"],
    ['--volume srv:/mnt', '--volume is'],
    ['--volume ./srv:/mnt', '--volume is'],
    ['--volume /srv:mnt', '--volume is'],
    ['--volume /srv:/mnt:rx', "the mode 'rx'"],
    ['--volume /srv:/mnt:rw:z', '--volume is'],
    ['--volume /srv:/', 'covers /build'],
    ['--volume /srv:/build', 'covers /build'],
    ['--volume /srv:/build/src/deps', 'covers /build'],
    ['--volume /srv:/mnt/../build/state', 'covers /build'],
    ['--volume /srv:/opt', 'covers /opt/mix-release'],
    ['--volume /srv:/dev/shm', 'covers /dev'],
    ['--volume /a:/mnt --volume /b:/mnt', 'names /mnt twice'],
    ['--volume /a:/mnt --volume /a:/mnt:rw', 'names /mnt twice'],
    ['--mount type=bind,source=/a,target=/b', '--volume is'],
  ])('refuses %s', async (line, why) => {
    const error = await errorOf(() => readContainerOptions([line]));
    expect([error.code, error.exitStatus]).toEqual(['bad-option', 2]);
    expect(error.message).toMatch(/^container-options: /);
    expect(error.message).toContain(why);
  });
});
