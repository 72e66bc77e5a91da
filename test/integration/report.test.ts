import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareStep, runPost, startAction } from '../support/action.js';
import { startBrowser } from '../support/browser.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { TARGET, buildRelease, runCli } from '../support/cli.js';
import { noContainerWithin } from '../support/engine.js';

let checkout: Temporary;
let out: Temporary;
beforeEach(async () => {
  checkout = await checkoutOf('examples/hello');
  out = await temporary();
});
afterEach(async () => {
  await checkout[Symbol.asyncDispose]();
  await out[Symbol.asyncDispose]();
});
afterAll(() => noContainerWithin(7));

/** What a browser makes of a report: its text, what it asked for beyond the file, and what it complained about. */
async function open(file: string, picture?: string) {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(file).href);
    if (picture !== undefined) await page.screenshot({ path: picture });
    const texts = await page.locator('h1, .verdict, td, .bar span, pre').allInnerTexts();
    const boxes = await Promise.all((await page.locator('.bar i').all()).map((bar) => bar.boundingBox()));
    const bars = boxes.map((box) => box?.width ?? 0);
    return { requests, complaints, texts, bars, title: await page.title() };
  } finally {
    await browser.close();
  }
}

describe('--report', () => {
  it('writes a page that a browser shows without asking for anything else', async () => {
    const file = path.join(out.path, 'reports', 'report.html');
    const release = await buildRelease([checkout.path, '--output', path.join(out.path, 'o'), '--report', file]);
    const picture = process.env.MIX_RELEASE_PICTURE;
    const { requests, complaints, texts, bars, title } = await open(file, picture);
    expect({ requests, complaints, title }).toEqual({
      requests: [pathToFileURL(file).href],
      complaints: [],
      title: 'Built hello 0.1.0',
    });
    expect(texts).toEqual(expect.arrayContaining([TARGET, release.sha256, release.imageDigest, 'hello 0.1.0']));
    expect(texts).toEqual(expect.arrayContaining([`erts ${release.erts}`, 'compile', 'release', 'plan']));
    expect(Math.max(...bars)).toBeGreaterThan(300);
    expect(Math.min(...bars)).toBeGreaterThan(0);
  });

  it('writes how a build failed, with markup of the project as text', async () => {
    await writeFile(path.join(checkout.path, 'lib/hello.ex'), 'raise "<script>document.title = 1</script>"\n');
    const file = path.join(out.path, 'report.html');
    const args = ['build', checkout.path, '--target', TARGET, '--output', path.join(out.path, 'o'), '--report', file];
    expect((await runCli(args)).status).toBe(5);
    const { complaints, texts, title } = await open(file);
    expect({ complaints, title }).toEqual({ complaints: [], title: 'Failed: compile-failed' });
    expect(texts.join('\n')).toContain('<script>document.title = 1</script>');
  });

  it('refuses --summary where there is no job, before anything is started', async () => {
    const args = ['build', checkout.path, '--target', TARGET, '--summary'];
    const { status, stderr } = await runCli(args, { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
    expect(status).toBe(2);
    expect(stderr).toContain('error (bad-option): a summary was requested');
  });
});

describe('the summary of a job', () => {
  const run = async (inputs: Readonly<Record<string, string>>): Promise<{ status: number | null; text: string }> => {
    const step = await prepareStep(out.path, checkout.path);
    const common = { target: TARGET, output: path.join(out.path, 'o'), artifact: 'false' };
    const { status } = await startAction('main', step, { ...common, ...inputs }).ended;
    await runPost(step);
    return { status, text: await readFile(step.env.GITHUB_STEP_SUMMARY ?? '', 'utf8') };
  };

  it('says what was built', async () => {
    const { status, text } = await run({ summary: 'true' });
    expect(status).toBe(0);
    expect(text).toMatch(/^<h2>\S+ Built hello 0\.1\.0<\/h2>\n/);
    expect(text).toMatch(/^pie showData /m);
    expect(text).toMatch(/^gantt$/m);
    expect(text).toContain('glibc floor');
  });

  it('says why nothing was built, also when the options could not be read', async () => {
    const { status, text } = await run({ summary: 'true', 'mix-env': 'no env' });
    expect(status).toBe(2);
    expect(text).toContain('Failed: bad-option');
  });

  it('is left alone where it is not wanted', async () => {
    const { status, text } = await run({ summary: 'false', 'working-directory': 'nowhere' });
    expect({ status, text }).toEqual({ status: 2, text: '' });
  });
});
