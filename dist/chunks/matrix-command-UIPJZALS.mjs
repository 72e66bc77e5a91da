import{matrixOf}from"./chunk-WWCZXI3D.mjs";import{parseList}from"./chunk-7UTYIXPA.mjs";import"./chunk-472PBCGU.mjs";import"./chunk-2NE3OCEB.mjs";import{__name}from"./chunk-7QWGVESK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
