import { describe, expect, it } from '@jest/globals';
import type { Publication } from '../../pipeline/publication.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { releaseWith } from '../../../test/unit/support/release.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { publish } from './stage.js';

const BASE = 'web-1.2.3-x86_64-unknown-linux-gnu';

describe('the stage publish', () => {
  it('publishes of each release what the catalogue says is uploaded', async () => {
    const output = await directoryWith();
    const given: (readonly Publication[])[] = [];
    const { run } = await stageRun(requestWith({ output }), {
      publish: (publications) => {
        given.push(publications);
        return Promise.resolve([{ name: BASE, id: 7, url: 'https://example', digest: 'ab' }]);
      },
    });
    for (const kind of ['tarball', 'directory', 'facts', 'audit-report', 'checksum', 'sbom'] as const) {
      run.files.add(run.files.file(kind, BASE));
    }
    const gave = await publish.run({ built: [releaseWith()], cookieStripped: false }, run);
    const files = ['.cdx.json', '.json', '.tar.gz.sha256', '.tar.gz'].map((ending) => `${output}/${BASE}${ending}`);
    expect(given).toEqual([[{ name: BASE, files }]]);
    const values = Object.entries(publish.outputs ?? {}).map(([name, { value }]) => [name, value(gave)]);
    expect(Object.fromEntries(values)).toEqual({
      ...{ 'artifact-id': '7', 'artifact-url': 'https://example', 'artifact-digest': 'ab' },
    });
  });

  it('is skipped where nothing is to be published', async () => {
    const { run } = await stageRun(requestWith({ output: await directoryWith() }));
    expect(publish.skip(undefined as never, run)).toBe('no artifact was requested');
  });
});
