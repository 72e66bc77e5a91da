import{artifactPublisher}from"./chunk-VQSVYSZ2.mjs";import"./chunk-6MLSK6CZ.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
