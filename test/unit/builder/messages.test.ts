import { describe, expect, it } from '@jest/globals';
import { parseMessage } from '../../../src/builder/messages.js';
import { factLine } from '../support/container.js';

describe('parseMessage', () => {
  it.each(['web', '', 'two words', 'a=b\nc\0d', 'grüße, 日本語'])('reads the fact %j', (value) => {
    expect(parseMessage(factLine('mark', 'name', value), 'mark')).toEqual({ kind: 'fact', name: 'name', value });
  });

  it('reads a stage', () => {
    expect(parseMessage('mark stage compile', 'mark')).toMatchObject({ kind: 'stage', name: 'compile' });
  });

  it.each([
    '',
    'mark',
    'mark note x',
    'other fact name d2Vi',
    ' mark fact name d2Vi',
    'markfact name d2Vi',
    'Compiling',
  ])('passes over %j', (line) => {
    expect(parseMessage(line, 'mark')).toBeUndefined();
  });
});
