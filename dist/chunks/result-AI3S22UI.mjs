import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;
import{pageOfRun,writeReport}from"./chunk-4BOUDIW3.mjs";import"./chunk-TUA3L5QU.mjs";import"./chunk-LNUOTFIR.mjs";import"./chunk-6OWDV7C4.mjs";import"./chunk-UMDUZ6TK.mjs";export{pageOfRun,writeReport};
