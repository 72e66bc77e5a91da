import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;
import{matrixOf}from"./chunk-GC3EO27E.mjs";import{parseList}from"./chunk-VDS36B65.mjs";import"./chunk-FH5CPDWQ.mjs";import"./chunk-6OWDV7C4.mjs";import{__name}from"./chunk-UMDUZ6TK.mjs";function matrixText(targets){return`${JSON.stringify(matrixOf(parseList(targets)))}
`}__name(matrixText,"matrixText");export{matrixText};
