import{__name}from"./chunk-7QWGVESK.mjs";var LINE_ENDS=/\r\n|[\n\r\v\f\u0085\u2028\u2029]/,COMMAND=/^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u;function inert(text){return text.replace(/[\r\n]+$/,"").split(LINE_ENDS).map(line=>line.replace(COMMAND,"$1: ").replaceAll("##[","# #[")).join(`
`)}__name(inert,"inert");export{inert};
