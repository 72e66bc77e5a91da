import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;
import{writeSummary}from"./chunk-Y35QOIDA.mjs";import"./chunk-TUA3L5QU.mjs";import"./chunk-ZRNRDIAM.mjs";import"./chunk-UMDUZ6TK.mjs";export{writeSummary};
