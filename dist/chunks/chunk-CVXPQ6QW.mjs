import{__name}from"./chunk-7QWGVESK.mjs";function endProcess(status){process.exitCode=status??0,setTimeout(()=>process.exit(),2e3).unref()}__name(endProcess,"endProcess");export{endProcess};
