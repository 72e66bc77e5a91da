import{artifactPublisher}from"./chunk-AYOVIVW2.mjs";import"./chunk-UKOWCX6X.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
