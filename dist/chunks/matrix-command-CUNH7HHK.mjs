import{matrixOf}from"./chunk-FQ5K46SI.mjs";import{parseList}from"./chunk-KFMAADXJ.mjs";import"./chunk-YJQG5OMA.mjs";import"./chunk-BTZ375VL.mjs";import"./chunk-FKL3RYWT.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
