import template from './install.sh';

/** The template's line with the default address of the files. */
const PLACEHOLDER = "default_from=''";

/** An address without quotes and line ends, which is safe inside a shell's single quotes. */
const PLAIN_ADDRESS = /^https?:\/\/[A-Za-z0-9._~:/?#@!$&()*+,;=%[\]-]+$/;

/** Whether a text can be the address in a script. */
export function isPlainAddress(text: string): boolean {
  return PLAIN_ADDRESS.test(text);
}

/**
 * `install.sh` for the files below an address.
 *
 * @param from - a plain address without a final slash; undefined for a script that always needs --from
 */
export function installScript(from: string | undefined): string {
  return template.replace(PLACEHOLDER, () => `default_from='${from ?? ''}'`);
}
