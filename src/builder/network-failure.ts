// Of Hex, Mix and httpc; git, curl and ssh; apt and apk; npm. Each line is a line of output.
const FAILED = [
  /\bRequest failed \((?!4(?!08|29)\d\d\))/,
  /\{:failed_connect,|:socket_closed_remotely\b/,
  /[\s({,]:(?:timeout|nxdomain|etimedout|econnreset|econnrefused|econnaborted|ehostunreach|enetunreach)\b/,
  /(?:HTTP status code:|bad_status_code,|returned error:|error: RPC failed; HTTP) ?(?:5\d\d|408|429)\b/,
  /Could not resolve (?:host|proxy)|Temporary failure (?:in name resolution|resolving)|Name or service not known/i,
  /\bConnection (?:timed out|reset by peer|refused)|Operation timed out|Failed to connect to \S+ port/i,
  /Could not connect to \S+|Unable to connect to \S+|Connection failed \[IP/,
  /RPC failed; curl|early EOF|unexpected disconnect while reading/,
  /temporary error \(try again later\)|network error \(check Internet|DNS: (?:transient|lookup) error/i,
  /\b(?:EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH)\b/,
];

// What the same request gets again. On one line it counts before the others: a certificate is why a connection failed.
const FINAL = [
  /checksum mismatch|does not match the given SHA/i,
  /tls_alert|unknown_ca|self[- ]signed certificate|unable to get local issuer|SSL certificate problem/i,
  /certificate (?:verif|has expired|is not trusted|signed by)/i,
  /(?:Request failed \(|HTTP status code: |bad_status_code, |returned error: )4(?!08|29)\d\d\b/,
  /Authentication failed|Permission denied|Host key verification failed|Repository not found|\(40[134]\)/i,
];

/**
 * The line that says that the network failed: a time-out, a connection that was lost or refused, a name that was not
 * found, a status of 5xx, 408 or 429. Undefined for every other failure, such as a wrong checksum, a certificate or a 404.
 * The last line of either kind decides: what is optional, such as Hex's look for a newer version of itself, may have
 * failed before.
 *
 * @param output - lines that a failed command printed
 */
export function networkFailure(output: readonly string[]): string | undefined {
  const matches = (line: string, patterns: readonly RegExp[]): boolean => patterns.some((each) => each.test(line));
  const decisive = output.findLast((line) => matches(line, FINAL) || matches(line, FAILED));
  return decisive === undefined || matches(decisive, FINAL) ? undefined : decisive.trim();
}
