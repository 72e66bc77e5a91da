import{matrixOf}from"./chunk-56KX3CLD.mjs";import{parseList}from"./chunk-CZZQ2FAU.mjs";import"./chunk-YJQG5OMA.mjs";import"./chunk-BTZ375VL.mjs";import"./chunk-UKOWCX6X.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
