import{require_undici}from"./chunk-DNS67EAQ.mjs";import"./chunk-HVXYRX3T.mjs";import"./chunk-EJ5ACMPN.mjs";import"./chunk-7QWGVESK.mjs";export default require_undici();
