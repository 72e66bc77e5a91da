import{artifactPublisher}from"./chunk-Y6HVQ3C6.mjs";import"./chunk-GAQY5JC7.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
