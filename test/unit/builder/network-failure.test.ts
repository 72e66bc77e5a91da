import { describe, expect, it } from '@jest/globals';
import { networkFailure } from '../../../src/builder/network-failure.js';

describe('networkFailure', () => {
  it.each([
    'Request failed (:timeout)',
    'Request failed (503)',
    'Request failed (429)',
    'Request failed ({:failed_connect, [{:to_address, {~c"repo.hex.pm", 443}}, {:inet, [:inet], :nxdomain}]})',
    "{:failed_connect, [{:to_address, {'repo.hex.pm', 443}}, {:inet, [:inet], :econnrefused}]}",
    '  HTTP status code: 502',
    '** (Mix) httpc request failed with: {:bad_status_code, 503}',
    '** (Mix) httpc request failed with: :socket_closed_remotely',
    '** (Mix) httpc request failed with: :timeout',
    "fatal: unable to access 'https://git.test/a.git/': Could not resolve host: git.test",
    "fatal: unable to access 'https://git.test/a.git/': The requested URL returned error: 502",
    "fatal: unable to access 'https://git.test/a.git/': Failed to connect to git.test port 443 after 3 ms: Couldn't connect to server",
    'error: RPC failed; curl 56 GnuTLS recv error (-54): Error in the pull function.',
    'fatal: early EOF',
    'ssh: connect to host git.test port 22: Connection timed out',
    "Temporary failure resolving 'deb.example.org'",
    'W: Failed to fetch http://deb.example.org/debian/dists/x  Could not connect to deb.example.org:80 (1.2.3.4), connection timed out',
    'WARNING: fetching https://dl-cdn.test/v3.22/main: temporary error (try again later)',
    'npm error code ECONNRESET',
  ])('is seen in %s', (line) => {
    expect(networkFailure(['* Getting ripple (Hex package)', line, 'last'])).toBe(line.trim());
  });

  it('is seen after the 404 of something that is optional', () => {
    const optional = ['Entity not found (404)', 'Failed to check for new Hex version'];
    expect(networkFailure([...optional, 'Request failed (503)', '** (Mix) Package fetch failed'])).toBe(
      'Request failed (503)',
    );
    expect(networkFailure([':timeout', ...optional])).toBeUndefined();
  });

  it.each([
    [['Request failed (404)']],
    [['Request failed (401)']],
    [['  Entity not found (404)']],
    [['** (Mix) httpc request failed with: {:bad_status_code, 404}']],
    [["fatal: unable to access 'https://git.test/': The requested URL returned error: 403"]],
    [['** (RuntimeError) Checksum mismatch against registry (outer)']],
    [['Data does not match the given SHA-512 checksum.']],
    [
      [
        'Request failed ({:failed_connect, [{:to_address, {~c"repo.hex.pm", 443}}, {:inet, [:inet], {:tls_alert, {:unknown_ca, ~c"…"}}}]})',
      ],
    ],
    [
      [
        "fatal: unable to access 'https://git.test/': SSL certificate problem: self-signed certificate in certificate chain",
      ],
    ],
    [['Connection reset by peer', 'git@git.test: Permission denied (publickey).']],
    [['* Getting timeout (Hex package)', '** (Mix) Unknown package timeout in lockfile']],
    [['lib/a.ex:1: warning: "connection" is unused']],
    [[]],
  ])('is not seen in %j', (lines) => {
    expect(networkFailure(lines)).toBeUndefined();
  });
});
