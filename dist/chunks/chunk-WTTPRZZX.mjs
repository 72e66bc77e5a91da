import{__name}from"./chunk-7QWGVESK.mjs";function megabytes(bytes){return`${(bytes/1e6).toFixed(bytes<1e6?2:1)} MB`}__name(megabytes,"megabytes");export{megabytes};
