import{artifactPublisher}from"./chunk-C5J4J3HG.mjs";import"./chunk-4NUNC2D3.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
