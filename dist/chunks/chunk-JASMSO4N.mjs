import{createRequire}from"node:module";var required=createRequire(import.meta.url);export{required};
