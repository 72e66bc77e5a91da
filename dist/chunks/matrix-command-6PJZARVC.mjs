import{matrixOf}from"./chunk-Z4TLATER.mjs";import{parseList}from"./chunk-KPEMNA3H.mjs";import"./chunk-472PBCGU.mjs";import"./chunk-BTZ375VL.mjs";import"./chunk-GAQY5JC7.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
