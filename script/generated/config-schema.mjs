/** The JSON schema of mix-release.toml, which editors check the file with. */
export function configSchema({ OPTIONS, descriptionOf, fileForms, TARGETS_KEY }) {
  const options = OPTIONS.filter(({ kind }) => kind !== 'secrets');
  const schemaOf = (option) => ({ description: descriptionOf(option), ...valueOf(option, fileForms(option)) });
  const properties = Object.fromEntries(options.map((option) => [option.name, schemaOf(option)]));
  const byTarget = options.filter(({ perTarget }) => perTarget);
  const { description, ...targets } = properties.target;
  return JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'mix-release.toml',
    description: 'Options of a build, by the names that they have as inputs of the action.',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...properties,
      target: { description, anyOf: [targets, { $ref: '#/definitions/sections' }] },
      [TARGETS_KEY]: { description: `${description} The same as target, beside sections by target.`, ...targets },
    },
    not: { required: ['target', TARGETS_KEY], properties: { target: { not: { type: 'object' } } } },
    definitions: {
      sections: {
        type: 'object',
        description: 'Options for the targets that match a pattern: a triple, in which * stands for any part.',
        additionalProperties: false,
        patternProperties: { '^[A-Za-z0-9_*./-]+$': { $ref: '#/definitions/section' } },
      },
      section: {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(byTarget.map((option) => [option.name, schemaOf(option)])),
      },
    },
  });
}

function valueOf(option, forms) {
  if (option.kind === 'integer')
    return { type: 'integer', minimum: option.least, maximum: option.most, ...defaultOf(option, Number) };
  if (option.kind === 'flag') return { type: 'boolean', ...defaultOf(option, (text) => text === 'true') };
  if (option.kind === 'choice') {
    const words = { enum: [...option.choices, ...(forms.boolean ? [true, false] : [])] };
    return {
      ...(option.other ? { anyOf: [words, { type: 'string', minLength: 1 }] } : words),
      ...defaultOf(option, String),
    };
  }
  // The name of a variable is no secret; its value is.
  const text = { type: 'string', ...(option.name === 'deps-env' ? { pattern: '^[^=]*$' } : {}) };
  const value = forms.array ? { anyOf: [text, { type: 'array', items: text }] } : text;
  return { ...value, ...defaultOf(option, String) };
}

const defaultOf = (option, read) => (option.default === '' ? {} : { default: read(option.default) });
