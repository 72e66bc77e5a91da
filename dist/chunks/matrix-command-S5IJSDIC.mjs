import{matrixOf}from"./chunk-AOUOTD7I.mjs";import{parseList}from"./chunk-5PD32QW5.mjs";import"./chunk-472PBCGU.mjs";import"./chunk-GAQY5JC7.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
