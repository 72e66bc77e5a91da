import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;
import{__name}from"./chunk-UMDUZ6TK.mjs";function packageName(release,triple){return[release.name,release.version,triple].join("-").replaceAll(/[^A-Za-z0-9._+-]/g,"_")}__name(packageName,"packageName");export{packageName};
