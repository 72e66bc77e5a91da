import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { ROOT } from './cli.js';

const run = promisify(execFile);

/** The distribution's Chromium, headless; installed where it is missing, which takes root. */
export async function startBrowser(): Promise<Browser> {
  const install = '. script/env.sh; . script/apt.sh; apt_install chromium';
  await run('bash', ['-c', install], { cwd: ROOT });
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
