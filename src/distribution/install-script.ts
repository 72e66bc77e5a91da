import template from './install.sh';

/** Where the script takes its files from when nobody says; a line of the template. */
const PLACEHOLDER = "default_from=''";

/** Characters of an address that mean nothing to a shell inside single quotes, and are no line ends. */
const PLAIN_ADDRESS = /^https?:\/\/[A-Za-z0-9._~:/?#@!$&()*+,;=%[\]-]+$/;

/** Whether the text can be the address in a script. */
export function isPlainAddress(text: string): boolean {
  return PLAIN_ADDRESS.test(text);
}

/**
 * `install.sh` for the files below an address.
 *
 * @param from - address without the last slash, a plain one; undefined for a script that is always told with --from
 */
export function installScript(from: string | undefined): string {
  return template.replace(PLACEHOLDER, () => `default_from='${from ?? ''}'`);
}
