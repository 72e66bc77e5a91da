import{matrixOf}from"./chunk-2FD3ZWMB.mjs";import{parseList}from"./chunk-356TCE2V.mjs";import"./chunk-YJQG5OMA.mjs";import"./chunk-BTZ375VL.mjs";import"./chunk-4NUNC2D3.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
