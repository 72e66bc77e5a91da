import{artifactPublisher}from"./chunk-VPSVSXTD.mjs";import"./chunk-GAQY5JC7.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
