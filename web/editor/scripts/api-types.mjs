// Makes the TypeScript types of the management API from an OpenAPI document: `npm run types -- openapi.json [out.ts]`.
import { readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const [source, target] = process.argv.slice(2);
const head = '// Made from /manage/openapi.json by `make editor-types`. Do not edit.\n\n';
const text = head + astToString(await openapi(JSON.parse(readFileSync(source, 'utf8'))));
if (target) writeFileSync(target, text);
else process.stdout.write(text);
