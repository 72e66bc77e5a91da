import{artifactPublisher}from"./chunk-LUB7NRZ4.mjs";import"./chunk-QGAMOTAS.mjs";import"./chunk-JASMSO4N.mjs";import"./chunk-7QWGVESK.mjs";export{artifactPublisher};
