import{artifactPublisher}from"./chunk-7NON5VGP.mjs";import"./chunk-FKL3RYWT.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
