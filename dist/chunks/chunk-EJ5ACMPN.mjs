import{__commonJS}from"./chunk-7QWGVESK.mjs";var require_zlib=__commonJS({"builtin:zlib"(exports,module){module.exports=process.getBuiltinModule("node:zlib")}});export{require_zlib};
