import{artifactPublisher}from"./chunk-36EASODB.mjs";import"./chunk-UKOWCX6X.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
