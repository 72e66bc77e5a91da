import{__name}from"./chunk-7QWGVESK.mjs";var compareText=__name((a,b)=>a<b?-1:a>b?1:0,"compareText");export{compareText};
