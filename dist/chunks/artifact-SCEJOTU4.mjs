import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;
import{artifactPublisher}from"./chunk-NBZVHPE3.mjs";import"./chunk-72HBPOP3.mjs";import"./chunk-2AQIYYYF.mjs";import"./chunk-6OWDV7C4.mjs";import"./chunk-UMDUZ6TK.mjs";export{artifactPublisher};
